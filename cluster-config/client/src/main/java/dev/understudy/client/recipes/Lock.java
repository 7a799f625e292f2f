package dev.understudy.client.recipes;

import dev.understudy.client.ClientException;
import dev.understudy.client.KeysClient;
import java.time.Duration;
import java.util.Optional;

/**
 * A lock that one at a time holds, over all processes. Not reentrant; whoever waits is served in no
 * order.
 *
 * <pre>{@code
 * Lock lock = new Lock(client, "/locks/report", Duration.ofSeconds(15));
 * Optional<Held> taken = lock.tryAcquire(Duration.ofMinutes(1));
 * if (taken.isPresent()) {
 *   try (Held held = taken.get()) {
 *     store.write(report, held.fencingToken());
 *   }
 * }
 * }</pre>
 */
public final class Lock {
  private final Ownership key;

  /**
   * @param key of the lock
   * @param ttl after which the lock of a holder that has died is free; its renewals have so much
   *     time, too, so that it should be several election timeouts long
   */
  public Lock(KeysClient client, String key, Duration ttl) {
    this.key = new Ownership(client, key, ttl);
  }

  /**
   * Takes the lock, and waits until it is free. Blocks.
   *
   * @return empty if it was another's until the patience was over
   */
  public Optional<Held> tryAcquire(Duration patience) throws ClientException, InterruptedException {
    return key.take("", patience);
  }
}
