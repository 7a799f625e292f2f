package dev.understudy.admin.imports;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the answer to a listing or a watch node by node, without recursion: a tree may be thousands
 * deep.
 */
final class AnswerReader {
  /** A thousand years: what is longer would overflow. */
  private static final long LONGEST_TTL_SECONDS = 31_536_000_000L;

  private final JsonReader json;
  private final long receivedMillis;
  private String action = "";
  private Optional<Seen> top = Optional.empty();

  /** A node with its indexes, which are not copied. */
  record Seen(TreeNode node, long createdIndex, long modifiedIndex) {}

  /**
   * @param text closed by whoever opened it
   * @param receivedMillis when the answer came, by the clock of this machine: times to live count
   *     from then
   */
  AnswerReader(Reader text, long receivedMillis) {
    this.json = new JsonReader(text);
    json.setStrictness(Strictness.STRICT);
    json.setNestingLimit(Integer.MAX_VALUE);
    this.receivedMillis = receivedMillis;
  }

  /**
   * Reads all of it.
   *
   * @param each takes every node, those beneath a directory before the directory
   * @throws IOException if it cannot be read, or is no answer of a v2 API
   */
  void read(Consumer<Seen> each) throws IOException {
    try {
      json.beginObject();
      while (json.hasNext()) {
        switch (json.nextName()) {
          case "action" -> action = json.nextString();
          case "node" -> readNode(each);
          default -> json.skipValue();
        }
      }
      json.endObject();
    } catch (IllegalStateException | NumberFormatException e) {
      throw new IOException("no answer of a v2 API", e);
    }
    if (top.isEmpty()) {
      throw new IOException("no answer of a v2 API: it has no node");
    }
  }

  /** What was done; once all is read. */
  String action() {
    return action;
  }

  /** The node that was asked for or has changed; once all is read. */
  Seen top() {
    return top.orElseThrow();
  }

  private void readNode(Consumer<Seen> each) throws IOException {
    Deque<Fields> open = new ArrayDeque<>();
    json.beginObject();
    open.push(new Fields());
    do {
      JsonToken next = json.peek();
      if (next == JsonToken.BEGIN_OBJECT) {
        json.beginObject();
        open.push(new Fields());
      } else if (next == JsonToken.END_OBJECT) {
        json.endObject();
        Seen seen = open.pop().seen(receivedMillis);
        top = Optional.of(seen);
        each.accept(seen);
      } else if (next == JsonToken.END_ARRAY) {
        json.endArray();
      } else {
        open.element().readNext(json);
      }
    } while (!open.isEmpty());
  }

  /** What is known of a node so far. */
  private static final class Fields {
    private String key = "/";
    private Optional<String> value = Optional.empty();
    private boolean directory;
    private long ttlSeconds;
    private boolean expires;
    private long createdIndex;
    private long modifiedIndex;

    void readNext(JsonReader json) throws IOException {
      switch (json.nextName()) {
        case "key" -> key = json.nextString();
        case "value" -> value = Optional.of(json.nextString());
        case "dir" -> directory = json.nextBoolean();
        case "ttl" -> ttlSeconds = json.nextLong();
        case "expiration" -> expires = isGiven(json);
        case "createdIndex" -> createdIndex = json.nextLong();
        case "modifiedIndex" -> modifiedIndex = json.nextLong();
        case "nodes" -> json.beginArray();
        default -> json.skipValue();
      }
    }

    private static boolean isGiven(JsonReader json) throws IOException {
      boolean given = json.peek() != JsonToken.NULL;
      json.skipValue();
      return given;
    }

    /** One that is due and not yet gone has no time left, and says when it was due. */
    private long expiresAtMillis(long receivedMillis) {
      return expires || ttlSeconds != 0
          ? receivedMillis + 1000 * Math.min(ttlSeconds, LONGEST_TTL_SECONDS)
          : TreeNode.PERMANENT;
    }

    Seen seen(long receivedMillis) {
      Optional<String> text = directory ? Optional.empty() : value.or(() -> Optional.of(""));
      TreeNode node = new TreeNode(key, text, expiresAtMillis(receivedMillis));
      return new Seen(node, createdIndex, modifiedIndex);
    }
  }
}
