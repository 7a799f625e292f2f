package dev.understudy.client.recipes;

import dev.understudy.client.ClientException;
import dev.understudy.client.KeysClient;
import dev.understudy.client.RefusedException;
import dev.understudy.client.WriteOptions;
import java.time.Duration;

/**
 * Says of a service that it is there for as long as its process is: a key with a time to live,
 * which is renewed, and made again should it have expired while nobody could be reached. Any
 * thread.
 */
public final class ServiceRecord implements AutoCloseable {
  private final KeysClient client;
  private final String key;
  private final String value;
  private final Duration ttl;
  private final Renewal renewal;

  private ServiceRecord(KeysClient client, String key, String value, Duration ttl) {
    this.client = client;
    this.key = key;
    this.value = value;
    this.ttl = ttl;
    this.renewal =
        new Renewal(client.time(), "understudy-record" + key.replace('/', '-'), new Renewing());
  }

  /**
   * Announces a service. Blocks until it is.
   *
   * @param key this instance's own, beneath the directory of its service
   * @param value what others need to reach it
   * @param ttl after which an instance that has died is gone
   */
  public static ServiceRecord announce(KeysClient client, String key, String value, Duration ttl)
      throws ClientException, InterruptedException {
    client.put(key, value, WriteOptions.expiringAfter(ttl));
    return new ServiceRecord(client, key, value, ttl);
  }

  private final class Renewing implements Renewal.Task {
    @Override
    public long pauseMillis() {
      return Renewal.pauseMillis(ttl);
    }

    @Override
    public boolean run() throws InterruptedException {
      renew();
      return true;
    }
  }

  private void renew() throws InterruptedException {
    try {
      client.refresh(key, value, ttl);
    } catch (RefusedException e) {
      if (e.isConflict()) {
        announceAgain();
      }
    } catch (ClientException e) {
      // the next time
    }
  }

  private void announceAgain() throws InterruptedException {
    try {
      client.put(key, value, WriteOptions.expiringAfter(ttl));
    } catch (ClientException e) {
      // the next time
    }
  }

  /** Takes the record back, or leaves it to its time to live where nobody can be reached. */
  @Override
  public void close() {
    renewal.end();
    try {
      client.compareAndDelete(key, value, WriteOptions.NONE);
    } catch (ClientException e) {
      // its time to live ends it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
