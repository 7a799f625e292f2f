package dev.understudy.client.recipes;

import dev.understudy.client.ClientException;
import dev.understudy.client.ClientTime;
import dev.understudy.client.KeysClient;
import dev.understudy.client.Node;
import dev.understudy.client.RefusedException;
import dev.understudy.client.WriteOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A key that is this holder's until it is closed, or was lost: its time ran out before it could be
 * renewed, or somebody has deleted it. Any thread.
 */
public final class Held implements AutoCloseable {
  private final KeysClient client;
  private final ClientTime time;
  private final Node node;
  private final String value;
  private final Duration ttl;
  private final CompletableFuture<Void> lost = new CompletableFuture<>();

  private volatile long heldUntilNanos;
  private volatile boolean closed;
  private final Renewal renewal;

  /**
   * @param node as it was made
   * @param value nobody else's
   * @param begunNanos before the request that made it
   */
  Held(KeysClient client, Node node, String value, Duration ttl, long begunNanos) {
    this.client = client;
    this.time = client.time();
    this.node = node;
    this.value = value;
    this.ttl = ttl;
    this.heldUntilNanos = begunNanos + ttl.toNanos();
    this.renewal =
        new Renewal(time, "understudy-held" + node.key().replace('/', '-'), new Renewing());
  }

  /**
   * Grows with each holder of the key; what is protected should refuse lower ones than it knows.
   */
  public long fencingToken() {
    return node.createdIndex();
  }

  /**
   * Whether it is this holder's, for a moment at least. False for ever once {@link #lost} has
   * completed; before that a renewal that comes late may make it true again.
   */
  public boolean isHeld() {
    return !closed && !lost.isDone() && time.nanos() - heldUntilNanos < 0;
  }

  /**
   * Completes when it is lost, not when it is closed. While nobody answers that may be later than
   * {@link #isHeld} knows, by as long as a call of the client tries.
   */
  public CompletableFuture<Void> lost() {
    return lost.copy();
  }

  private final class Renewing implements Renewal.Task {
    @Override
    public long pauseMillis() {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(heldUntilNanos - time.nanos());
      return Math.max(1, Math.min(Renewal.pauseMillis(ttl), leftMillis));
    }

    @Override
    public boolean run() throws InterruptedException {
      renew();
      return !lost.isDone();
    }
  }

  private void renew() throws InterruptedException {
    long begun = time.nanos();
    try {
      client.refresh(node.key(), value, ttl);
      heldUntilNanos = begun + ttl.toNanos();
    } catch (RefusedException e) {
      if (e.isConflict()) {
        lost.complete(null);
      }
    } catch (ClientException e) {
      // there is time for another try, or there is none
    }
    if (time.nanos() - heldUntilNanos >= 0) {
      lost.complete(null);
    }
  }

  /**
   * Gives it back: the key is deleted if it is this holder's still, or ends by itself where nobody
   * can be reached. Idempotent.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    renewal.end();
    try {
      client.compareAndDelete(node.key(), value, WriteOptions.NONE.uniqueValue());
    } catch (ClientException e) {
      // its time to live ends it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
