package dev.understudy.client.recipes;

import dev.understudy.client.ClientException;
import dev.understudy.client.KeyEvent;
import dev.understudy.client.KeysClient;
import dev.understudy.client.Reading;
import dev.understudy.client.Watch;
import dev.understudy.client.WatchListener;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Chooses one of several candidates to lead, another when that one ends or falls silent. */
public final class Election {
  private final KeysClient client;
  private final String key;
  private final Ownership seat;

  /**
   * @param key of the election
   * @param ttl after which a leader that has died is followed by another
   */
  public Election(KeysClient client, String key, Duration ttl) {
    this.client = client;
    this.key = key;
    this.seat = new Ownership(client, key, ttl);
  }

  /**
   * Stands as a candidate until it leads. Blocks.
   *
   * @param candidate what others read of it: an address, say
   * @return its leadership, for as long as it is held; empty if the patience was over before
   */
  public Optional<Held> campaign(String candidate, Duration patience)
      throws ClientException, InterruptedException {
    return seat.take(candidate, patience);
  }

  /** Who leads; empty while nobody does. */
  public Optional<String> leader() throws ClientException, InterruptedException {
    return seat.content();
  }

  /**
   * Tells somebody who leads, at once and whenever that changes, on the watch's thread.
   *
   * @return to be closed
   */
  public Watch observe(Consumer<Optional<String>> observer) {
    return client.watch(
        key,
        new WatchListener() {
          @Override
          public void began(Reading now) {
            observer.accept(now.value().map(Ownership::content));
          }

          @Override
          public void changed(KeyEvent event) {
            observer.accept(event.node().value().map(Ownership::content));
          }

          @Override
          public void missed(Reading now) {
            began(now);
          }
        });
  }
}
