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
   * @param ttl after which the lock of a holder that has died is free. A holder renews it within
   *     that time, also while the cluster elects a leader: make it several election timeouts long
   */
  public Lock(KeysClient client, String key, Duration ttl) {
    this.key = new Ownership(client, key, ttl);
  }

  /**
   * Waits until the lock is free, and takes it. Blocks.
   *
   * @param patience how long to wait at most
   * @return empty if another held it all that time
   */
  public Optional<Held> tryAcquire(Duration patience) throws ClientException, InterruptedException {
    return key.take("", patience);
  }
}
