package dev.understudy.api;

import dev.understudy.api.http.ByteBudget;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.JsonBytes;
import dev.understudy.api.http.LiveStream;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.store.Event;
import dev.understudy.store.Watch;
import java.nio.ByteBuffer;
import org.eclipse.jetty.util.BufferUtil;

/**
 * The answer to a watch: its headers at once, then one event for a long poll, or one a line for a
 * stream.
 *
 * <p>The writer's thread only says that there is something. While a client does not read, the watch
 * keeps what fits its bound and then ends.
 */
final class WatchAnswer implements Watch.Listener, LiveStream.Source {
  /** Streamed events are written together up to about this size. */
  private static final int BATCH_BYTES = 32 * 1024;

  /** How soon an event for which there was no memory is tried again. */
  private static final long RETRY_MILLIS = 50;

  private final ClientBackend backend;
  private final ClientLimits limits;
  private final ByteBudget memory;
  private final boolean stream;
  private final LiveStream out;
  private volatile Watch watch;

  /** What is being sent; the writer's thread alone uses it, and what follows. */
  private JsonBytes sending = new JsonBytes(0);

  /** Taken from the watch, but not yet sent: there was no memory for it. */
  private Event held;

  WatchAnswer(
      ClientBackend backend,
      ClientLimits limits,
      ByteBudget memory,
      boolean stream,
      HttpExchange exchange) {
    this.backend = backend;
    this.limits = limits;
    this.memory = memory;
    this.stream = stream;
    this.out = exchange.stream(this);
  }

  /** Begins to answer; the headers are set. */
  void start(Watch started) {
    watch = started;
    out.start();
  }

  @Override
  public void onReady(Watch ready) {
    if (watch == null) {
      return; // start() has not been called yet and will see for itself
    }
    Watch.End end = ready.ended();
    if (end == Watch.End.OVERFLOW || end == Watch.End.CLEARED) {
      out.endWithin(limits.requestMillis());
    }
    out.wake();
  }

  @Override
  public LiveStream.Piece next() {
    sending.release();
    if (held != null) {
      return piece(held);
    }
    Watch.Delivery delivery = watch.poll();
    if (delivery instanceof Watch.Delivery.Next next) {
      return piece(next.event());
    }
    return delivery instanceof Watch.Delivery.Ended ended
        ? new LiveStream.Piece(lastWords(ended.reason()), true)
        : null;
  }

  private LiveStream.Piece piece(Event event) {
    try {
      held = null;
      return new LiveStream.Piece(events(event), !stream);
    } catch (ByteBudget.ExceededException e) {
      held = event;
      out.wakeIn(RETRY_MILLIS);
      return null;
    }
  }

  /** This event and, in a stream, those that wait behind it. */
  private ByteBuffer events(Event first) {
    long nowMillis = backend.nowMillis();
    long shownOffsetMillis = backend.shownOffsetMillis();
    JsonBytes lines = JsonBytes.contiguous(memory, EventJson.roughLength(first));
    sending = lines;
    EventJson.append(lines, first, nowMillis, shownOffsetMillis);
    lines.force(); // what was begun is sent; it is little
    while (stream
        && held == null
        && lines.length() < BATCH_BYTES
        && watch.poll() instanceof Watch.Delivery.Next next) {
      if (EventJson.roughLength(next.event()) < BATCH_BYTES) {
        EventJson.append(lines, next.event(), nowMillis, shownOffsetMillis);
      } else {
        held = next.event();
      }
    }
    return lines.toBuffer();
  }

  private ByteBuffer lastWords(Watch.End reason) {
    if (!stream || reason != Watch.End.CLEARED) {
      return BufferUtil.EMPTY_BUFFER;
    }
    long index = backend.version().index();
    return HttpExchange.errorLine(ApiError.of(ErrorCode.WATCHER_CLEARED, "", index)).toBuffer();
  }

  @Override
  public void close() {
    sending.release();
    watch.close();
  }
}
