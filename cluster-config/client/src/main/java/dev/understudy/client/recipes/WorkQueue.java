package dev.understudy.client.recipes;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.understudy.client.ClientException;
import dev.understudy.client.KeysClient;
import dev.understudy.client.Node;
import dev.understudy.client.OutcomeUnknownException;
import dev.understudy.client.Reading;
import dev.understudy.client.RefusedException;
import dev.understudy.client.WriteOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A queue, first in, first out: every item is taken by one at most. Whoever takes an item marks it
 * as its own and then deletes it. One whose taker died in between stays where it is, marked, and
 * nobody gets it any more ({@link #abandoned}): that it was done cannot be told from that it was
 * not.
 */
public final class WorkQueue {
  private static final String ID = "id";
  private static final String VALUE = "value";
  private static final String TAKER = "taker";

  private final KeysClient client;
  private final String directory;

  /**
   * @param directory of the queue's own
   */
  public WorkQueue(KeysClient client, String directory) {
    this.client = client;
    this.directory = directory;
  }

  /**
   * Puts an item behind all others.
   *
   * @throws OutcomeUnknownException if it may be in the queue, or come into it yet
   */
  public void put(String value) throws ClientException, InterruptedException {
    JsonObject item = new JsonObject();
    item.addProperty(ID, UUID.randomUUID().toString());
    item.addProperty(VALUE, value);
    try {
      client.createInOrder(directory, item.toString(), WriteOptions.NONE);
    } catch (OutcomeUnknownException e) {
      boolean isThere =
          items(client.get(directory)).stream()
              .anyMatch(node -> node.value().filter(item.toString()::equals).isPresent());
      if (!isThere) {
        throw e; // taken already, on its way, or lost
      }
    }
  }

  /**
   * Takes the first item, and waits until there is one. Blocks.
   *
   * @return empty if there was none until the patience was over
   * @throws OutcomeUnknownException if an item may have been marked as taken, and is lost then
   */
  public Optional<String> take(Duration patience) throws ClientException, InterruptedException {
    long end = client.time().nanos() + patience.toNanos();
    while (true) {
      Reading now = client.get(directory);
      for (Node node : items(now)) {
        Optional<String> taken = take(node);
        if (taken.isPresent()) {
          return taken;
        }
      }
      long left = end - client.time().nanos();
      if (left <= 0) {
        return Optional.empty();
      }
      awaitChange(now.index() + 1, Duration.ofNanos(left));
    }
  }

  /** Empty if it is another's. */
  private Optional<String> take(Node node) throws ClientException, InterruptedException {
    Optional<JsonObject> item = node.value().flatMap(WorkQueue::read);
    if (item.isEmpty() || item.get().has(TAKER)) {
      return Optional.empty();
    }
    JsonObject marked = item.get().deepCopy();
    marked.addProperty(TAKER, UUID.randomUUID().toString());
    WriteOptions unique = WriteOptions.NONE.uniqueValue();
    try {
      client.compareAndSwap(node.key(), node.modifiedIndex(), marked.toString(), unique);
    } catch (RefusedException e) {
      if (e.isConflict()) {
        return Optional.empty();
      }
      throw e;
    }
    try {
      client.compareAndDelete(node.key(), marked.toString(), unique);
    } catch (ClientException e) {
      // It is this taker's all the same, and nobody else gets it.
    }
    return Optional.of(item.get().get(VALUE).getAsString());
  }

  /** Items that somebody has taken and not yet, or never, deleted. */
  public List<String> abandoned() throws ClientException, InterruptedException {
    return items(client.get(directory)).stream()
        .flatMap(node -> node.value().flatMap(WorkQueue::read).stream())
        .filter(item -> item.has(TAKER))
        .map(item -> item.get(VALUE).getAsString())
        .toList();
  }

  private static List<Node> items(Reading read) {
    return read.node().map(Node::children).orElse(List.of());
  }

  /** Empty where somebody else has put something. */
  private static Optional<JsonObject> read(String value) {
    try {
      return JsonParser.parseString(value) instanceof JsonObject item
              && item.get(VALUE) instanceof JsonPrimitive
          ? Optional.of(item)
          : Optional.empty();
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  private void awaitChange(long index, Duration patience)
      throws ClientException, InterruptedException {
    try {
      client.nextChange(directory, true, index, patience);
    } catch (RefusedException e) {
      if (e.code() != RefusedException.HISTORY_CLEARED) {
        throw e; // else it is read anew
      }
    }
  }
}
