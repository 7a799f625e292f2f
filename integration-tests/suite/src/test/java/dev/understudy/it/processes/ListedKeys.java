package dev.understudy.it.processes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** All keys and directories that a machine lists, one of etcd's too. */
final class ListedKeys {
  private ListedKeys() {}

  /**
   * Reads them by quorum.
   *
   * @param what to keep of a node
   */
  static <T> Map<String, T> of(String url, Function<JsonObject, T> what) throws IOException {
    Map<String, T> nodes = new TreeMap<>();
    Deque<JsonObject> open = new ArrayDeque<>();
    open.push(
        Http.get(url + "/v2/keys/?recursive=true&quorum=true").object().getAsJsonObject("node"));
    while (!open.isEmpty()) {
      JsonObject node = open.pop();
      if (node.has("nodes")) {
        for (JsonElement child : node.getAsJsonArray("nodes")) {
          open.push(child.getAsJsonObject());
        }
      }
      if (node.has("key")) {
        nodes.put(node.get("key").getAsString(), what.apply(node));
      }
    }
    return nodes;
  }

  /** What it holds. */
  static String value(JsonObject node) {
    return node.has("dir") ? "a directory" : node.get("value").getAsString();
  }
}
