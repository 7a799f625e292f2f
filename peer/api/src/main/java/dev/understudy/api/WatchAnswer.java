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
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.BufferUtil;

/**
 * The answer to a watch: its headers at once, then one event for a long poll, or one a line for a
 * stream.
 *
 * <p>The writer's thread only says that there is something. While a client does not read, the watch
 * keeps what fits its bound and then ends. Nothing but the watch keeps events alive: here is no
 * more than the slice of text that is being sent, and an event stays in the watch until it has been
 * written to its end. When the watch had to drop it half-way, the connection is closed.
 */
final class WatchAnswer implements Watch.Listener, LiveStream.Source {
  /** How soon an event for which there was no memory is tried again. */
  private static final long RETRY_MILLIS = 50;

  private final ClientBackend backend;
  private final ClientLimits limits;
  private final ClientMemory memory;
  private final boolean stream;
  private final LiveStream out;
  private volatile Watch watch;

  /** What is being sent; the writer's thread alone uses it, and what follows. */
  private JsonBytes sending = new JsonBytes(0);

  /** How far the watch's next event is written. */
  private final EventText text;

  /**
   * @param memory of whose watches this has a permit, which it gives back at its end
   */
  WatchAnswer(
      ClientBackend backend,
      ClientLimits limits,
      ClientMemory memory,
      boolean stream,
      HttpExchange exchange) {
    this.backend = backend;
    this.limits = limits;
    this.memory = memory;
    this.stream = stream;
    this.text = new EventText(backend);
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
  public LiveStream.Piece next() throws EofException {
    sending.release();
    Watch.Delivery delivery = watch.peek();
    if (delivery instanceof Watch.Delivery.Next next) {
      return piece(next.event());
    }
    if (text.isBegun()) {
      throw new EofException("an event was dropped half-way, its client took it too slowly");
    }
    return delivery instanceof Watch.Delivery.Ended ended
        ? new LiveStream.Piece(lastWords(ended.reason()), true)
        : null;
  }

  private LiveStream.Piece piece(Event event) {
    try {
      sending = JsonBytes.contiguous(memory.answers(), EventText.expectedLength(event));
    } catch (ByteBudget.ExceededException e) {
      out.wakeIn(RETRY_MILLIS);
      return null;
    }
    sending.force(); // what was begun is sent; it is little
    write(sending, event);
    return new LiveStream.Piece(sending.toBuffer(), !stream && !text.isBegun());
  }

  /** As much as a slice holds of this event and, in a stream, of those that wait behind it. */
  private void write(JsonBytes slice, Event first) {
    Event event = first;
    while (event != null && text.writeTo(slice, event)) {
      watch.advance();
      boolean more = stream && slice.length() < EventText.SLICE_BYTES;
      event = more && watch.peek() instanceof Watch.Delivery.Next next ? next.event() : null;
    }
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
    memory.watches().release();
  }
}
