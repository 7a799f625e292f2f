package dev.understudy.transport;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The bounded queue before one stream. While a frame is being written, whatever comes in waits and
 * then leaves together in the next frame: the slower the stream, the larger the batches, with no
 * timer that would delay a single message.
 *
 * <p>An outbox lives as long as one attempt to keep a stream: it takes messages while the stream is
 * still being connected, writes once it is {@link #open}, and ends with it. Messages are written in
 * the order in which they were taken. Safe for several threads; nothing is called with its lock
 * held.
 */
final class SendQueue {
  /**
   * As much is encoded and begun to be written in less time than it takes to wake another thread,
   * so the thread that flushes does it itself.
   */
  private static final int SMALL_BYTES = 64 << 10;

  private final TransportOptions options;
  private final MessageCodec codec;
  private final Executor writers;
  private final Traffic traffic;

  /** All below is guarded by this object's monitor. */
  private final ArrayDeque<PeerMessage> queue = new ArrayDeque<>();

  private long queuedBytes;
  private FrameSink sink;
  private boolean closed;
  // Whether some thread is inside pump(), and whether a frame is on its way out. Two flags, because
  // a frame may be written before write() returns: the pumping thread then takes the next one
  // itself, and the stack does not grow with every frame.
  private boolean pumping;
  private boolean inFlight;
  private Runnable onDrained;

  SendQueue(TransportOptions options, MessageCodec codec, Executor writers, Traffic traffic) {
    this.options = options;
    this.codec = codec;
    this.writers = writers;
    this.traffic = traffic;
  }

  /**
   * Takes a message, unless the outbox is full or closed. Begins to write it with {@link #flush}.
   */
  boolean offer(PeerMessage message) {
    int bytes = codec.approximateBytes(message);
    synchronized (this) {
      if (closed
          || queue.size() >= options.maxQueuedMessages()
          || queuedBytes + bytes > options.maxQueuedBytes()) {
        return false;
      }
      queue.add(message);
      queuedBytes += bytes;
      return true;
    }
  }

  /**
   * Sees to it that what was taken is written, when there is something to write to. Never blocks.
   */
  void flush() {
    boolean small;
    synchronized (this) {
      if (pumping || inFlight || sink == null || queue.isEmpty()) {
        return;
      }
      small = queuedBytes <= SMALL_BYTES;
    }
    if (small) {
      pump();
    } else {
      writers.execute(this::pump);
    }
  }

  /** The stream is there. */
  void open(FrameSink stream) {
    synchronized (this) {
      if (closed) {
        return;
      }
      sink = stream;
    }
    flush();
  }

  /** Runs the action once everything taken so far is written, or at once when nothing waits. */
  void whenDrained(Runnable action) {
    synchronized (this) {
      if (!closed && (inFlight || !queue.isEmpty())) {
        onDrained = action;
        return;
      }
    }
    action.run();
  }

  /** Ends the outbox; returns how many messages were never handed to the stream. */
  int close() {
    synchronized (this) {
      closed = true;
      sink = null;
      int dropped = queue.size();
      queue.clear();
      queuedBytes = 0;
      return dropped;
    }
  }

  private void pump() {
    synchronized (this) {
      if (pumping) {
        return;
      }
      pumping = true;
    }
    while (true) {
      List<PeerMessage> batch;
      FrameSink to;
      Runnable drained = null;
      synchronized (this) {
        if (inFlight || sink == null || queue.isEmpty()) {
          pumping = false;
          if (!inFlight && queue.isEmpty()) {
            drained = onDrained;
            onDrained = null;
          }
          batch = List.of();
          to = null;
        } else {
          inFlight = true;
          to = sink;
          batch = takeBatch();
        }
      }
      if (to == null) {
        if (drained != null) {
          drained.run();
        }
        return;
      }
      write(to, batch);
    }
  }

  private void write(FrameSink to, List<PeerMessage> batch) {
    ByteBuffer frame = codec.encode(batch);
    int bytes = frame.remaining();
    to.write(
        frame,
        () -> {
          traffic.sent(batch.size(), bytes);
          synchronized (this) {
            inFlight = false;
          }
          pump();
        });
  }

  private List<PeerMessage> takeBatch() {
    List<PeerMessage> batch = new ArrayList<>(Math.min(queue.size(), 256));
    long bytes = 0;
    do {
      PeerMessage next = queue.remove();
      bytes += codec.approximateBytes(next);
      batch.add(next);
    } while (!queue.isEmpty()
        && bytes + codec.approximateBytes(queue.element()) <= options.maxBatchBytes());
    queuedBytes -= bytes;
    return batch;
  }
}
