package dev.understudy.client.recipes;

import dev.understudy.client.ClientException;
import dev.understudy.client.KeysClient;
import dev.understudy.client.Reading;
import dev.understudy.client.RefusedException;
import dev.understudy.client.WriteOptions;
import java.time.Duration;

/** Blocks everybody who waits at it, from when it is raised until it is lifted. */
public final class Barrier {
  private final KeysClient client;
  private final String key;

  public Barrier(KeysClient client, String key) {
    this.client = client;
    this.key = key;
  }

  /** Raises it; no harm if it is raised. */
  public void raise() throws ClientException, InterruptedException {
    try {
      client.create(key, "", WriteOptions.NONE);
    } catch (RefusedException e) {
      if (e.code() != RefusedException.KEY_EXISTS) {
        throw e;
      }
    }
  }

  /** Lets everybody pass; no harm if it is not raised. */
  public void lift() throws ClientException, InterruptedException {
    try {
      client.delete(key);
    } catch (RefusedException e) {
      if (!e.isNotFound()) {
        throw e;
      }
    }
  }

  /**
   * Waits until it is not raised. Blocks.
   *
   * @return false if it was until the patience was over
   */
  public boolean await(Duration patience) throws ClientException, InterruptedException {
    long end = client.time().nanos() + patience.toNanos();
    Reading now = client.get(key);
    while (now.node().isPresent() && client.time().nanos() - end < 0) {
      awaitChange(now.index() + 1, Duration.ofNanos(end - client.time().nanos()));
      now = client.get(key);
    }
    return now.node().isEmpty();
  }

  private void awaitChange(long index, Duration patience)
      throws ClientException, InterruptedException {
    try {
      client.nextChange(key, false, index, patience);
    } catch (RefusedException e) {
      if (e.code() != RefusedException.HISTORY_CLEARED) {
        throw e; // else it is read anew
      }
    }
  }
}
