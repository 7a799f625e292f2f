package dev.understudy.client.recipes;

import dev.understudy.client.ClientException;
import dev.understudy.client.KeyEvent;
import dev.understudy.client.KeysClient;
import dev.understudy.client.Node;
import dev.understudy.client.OutcomeUnknownException;
import dev.understudy.client.Reading;
import dev.understudy.client.RefusedException;
import dev.understudy.client.WriteOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A key that one at a time may have. Whoever waits for it is served in no order. */
final class Ownership {
  private static final char BEHIND_ID = ' ';

  private final KeysClient client;
  private final String key;
  private final Duration ttl;

  /**
   * @param ttl of which whole seconds count, as for the cluster
   */
  Ownership(KeysClient client, String key, Duration ttl) {
    this.client = client;
    this.key = key;
    this.ttl = Duration.ofSeconds(ttl.toSeconds());
  }

  /**
   * Takes the key as soon as it is free.
   *
   * @param content for others to read
   * @return empty if it was another's until the patience was over
   */
  Optional<Held> take(String content, Duration patience)
      throws ClientException, InterruptedException {
    long end = client.time().nanos() + patience.toNanos();
    Optional<Held> taken = take(content);
    while (taken.isEmpty() && client.time().nanos() - end < 0) {
      awaitFree(Duration.ofNanos(Math.max(1_000_000, end - client.time().nanos())));
      taken = take(content);
    }
    return taken;
  }

  private Optional<Held> take(String content) throws ClientException, InterruptedException {
    String value = UUID.randomUUID().toString() + BEHIND_ID + content;
    long begun = client.time().nanos();
    try {
      WriteOptions options = WriteOptions.expiringAfter(ttl).uniqueValue();
      Node node = client.create(key, value, options);
      return Optional.of(new Held(client, node, value, ttl, begun));
    } catch (RefusedException e) {
      if (e.code() == RefusedException.KEY_EXISTS) {
        return Optional.empty();
      }
      throw e;
    } catch (OutcomeUnknownException e) {
      // Made after all, or not: what is made later under this value nobody takes for a lock, and it
      // ends by itself.
      return client
          .get(key)
          .node()
          .filter(node -> node.value().filter(value::equals).isPresent())
          .map(node -> new Held(client, node, value, ttl, begun));
    }
  }

  private void awaitFree(Duration patience) throws ClientException, InterruptedException {
    long end = client.time().nanos() + patience.toNanos();
    Reading now = client.get(key);
    boolean free = now.node().isEmpty();
    long next = now.index() + 1;
    while (!free && client.time().nanos() - end < 0) {
      Optional<KeyEvent> change = nextChange(next, end - client.time().nanos());
      free = change.isEmpty() || change.get().isRemoval();
      next = change.map(event -> event.index() + 1).orElse(next);
    }
  }

  /** Empty also where the history is no more: then it is read anew. */
  private Optional<KeyEvent> nextChange(long index, long nanos)
      throws ClientException, InterruptedException {
    Duration patience = Duration.ofMillis(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
    try {
      return client.nextChange(key, false, index, patience);
    } catch (RefusedException e) {
      if (e.code() == RefusedException.HISTORY_CLEARED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What the present owner has said of itself. */
  Optional<String> content() throws ClientException, InterruptedException {
    return client.get(key).value().map(Ownership::content);
  }

  static String content(String value) {
    return value.substring(value.indexOf(BEHIND_ID) + 1);
  }
}
