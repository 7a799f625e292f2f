package dev.understudy.testkit;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.understudy.admin.discovery.KeyService;
import dev.understudy.peer.Schedule;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A key space outside of the cluster, as far as machines that look for each other use it: keys are
 * read and listed, created and updated. Questions and answers take their time, and get lost as
 * messages between machines do.
 */
public final class SimulatedKeys {
  private static final int LONGEST_WAY_MILLIS = 20;

  private final SimulatedCluster cluster;
  private final Map<String, Node> nodes = new TreeMap<>();
  private long index;
  private boolean isUp = true;

  private record Node(String value, long createdIndex) {}

  SimulatedKeys(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  /** Writes a value. */
  public void put(String url, String value) {
    nodes.put(url, new Node(value, ++index));
  }

  /** Deletes it, as its time to live does. */
  public void delete(String url) {
    nodes.remove(url);
  }

  /** The value, if there is one. */
  public Optional<String> get(String url) {
    return Optional.ofNullable(nodes.get(url)).map(Node::value);
  }

  /** Says whether it answers. */
  public void setUp(boolean up) {
    isUp = up;
  }

  /** As one machine sees it. */
  KeyService at(Schedule time) {
    return (question, timeoutMillis) -> {
      CompletableFuture<KeyService.Answer> future = new CompletableFuture<>();
      time.schedule(timeoutMillis, () -> future.complete(KeyService.Answer.none("no answer")));
      if (arrives()) {
        time.schedule(
            way(),
            () -> {
              KeyService.Answer answer = answer(question);
              if (arrives()) {
                time.schedule(way(), () -> future.complete(answer));
              }
            });
      }
      return future;
    };
  }

  private boolean arrives() {
    return isUp && !cluster.time().happens(cluster.rates().lostMessages());
  }

  private int way() {
    return 1 + cluster.time().random().nextInt(LONGEST_WAY_MILLIS);
  }

  private KeyService.Answer answer(KeyService.Question question) {
    String url = question.url().replaceFirst("\\?.*", "");
    Node present = nodes.get(url);
    if (question.method().equals("PUT")) {
      boolean wanted = question.url().contains("prevExist=true");
      if (wanted != (present != null)) {
        return new KeyService.Answer(wanted ? 404 : 412, "{}");
      }
      String value = question.form().orElseThrow().replaceFirst("^value=", "");
      nodes.put(
          url,
          new Node(
              URLDecoder.decode(value.replaceFirst("&.*", ""), StandardCharsets.UTF_8),
              present == null ? ++index : present.createdIndex()));
      return new KeyService.Answer(wanted ? 200 : 201, "{}");
    }
    if (present != null) {
      return answer(node(url, present));
    }
    return question.url().contains("recursive=true")
        ? answer(list(url))
        : new KeyService.Answer(404, "{}");
  }

  private JsonObject list(String url) {
    JsonArray children = new JsonArray();
    nodes.forEach(
        (key, node) -> {
          boolean isChild = key.startsWith(url + "/");
          if (isChild && !key.substring(url.length()).startsWith("/_")) {
            children.add(node(key, node));
          }
        });
    JsonObject directory = new JsonObject();
    directory.addProperty("dir", true);
    directory.add("nodes", children);
    return directory;
  }

  private static JsonObject node(String key, Node node) {
    JsonObject object = new JsonObject();
    object.addProperty("key", key);
    object.addProperty("value", node.value());
    object.addProperty("createdIndex", node.createdIndex());
    return object;
  }

  private static KeyService.Answer answer(JsonObject node) {
    JsonObject event = new JsonObject();
    event.add("node", node);
    return new KeyService.Answer(200, event.toString());
  }
}
