package dev.understudy.it.processes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.understudy.it.processes.V2Server.Reply;
import java.net.URI;
import java.util.Arrays;

/**
 * The one known difference that random requests meet; {@code v2/known-differences.cases} has its
 * reason. It is recognised by what etcd answers: a watch from the past is told of a node that is
 * hidden beneath what it watches.
 */
final class HiddenInHistory {
  private static final String KEYS = "/v2/keys";

  private HiddenInHistory() {}

  static boolean explains(V2Step.Request request, Reply reference) {
    if (!request.path().contains("waitIndex=") || !reference.body().isJsonObject()) {
      return false;
    }
    JsonElement node = reference.body().getAsJsonObject().get("node");
    if (!(node instanceof JsonObject told) || !told.has("key")) {
      return false;
    }
    return isHiddenBeneath(depth(request.path()), told.get("key").getAsString());
  }

  private static long depth(String target) {
    String path = URI.create(target.replaceAll("^/+", "/").replace("$", "case")).getPath();
    return segments(path.substring(KEYS.length())).length;
  }

  private static boolean isHiddenBeneath(long depth, String key) {
    return Arrays.stream(segments(key)).skip(depth).anyMatch(name -> name.startsWith("_"));
  }

  private static String[] segments(String path) {
    return Arrays.stream(path.split("/")).filter(name -> !name.isEmpty()).toArray(String[]::new);
  }
}
