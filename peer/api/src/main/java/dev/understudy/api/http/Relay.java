package dev.understudy.api.http;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A request that somebody else answers, and that answer on its way to the client, as it comes: each
 * piece is written before the next is asked for, so a client that reads slowly costs one piece.
 *
 * <p>{@link #begin}, {@link #write}, {@link #end} come in this order, each after the one before has
 * completed; {@link #fail} at any time. Never blocks.
 */
public final class Relay {
  /**
   * RFC 9110 §7.6.1, and those that were named there once: for one connection, not for the next.
   */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final HttpExchange exchange;
  private final EndPoint endPoint;
  private final DisconnectMonitor monitor;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean monitored;
  private volatile boolean writing;

  /**
   * @param onGone called at most once when the client has left before its answer was complete; must
   *     not block
   */
  public Relay(HttpExchange exchange, Runnable onGone) {
    this.exchange = exchange;
    this.endPoint = exchange.request().getConnectionMetaData().getConnection().getEndPoint();
    this.monitor =
        new DisconnectMonitor(
            endPoint,
            () -> {
              fail(new EofException("the client has gone"));
              onGone.run();
            });
  }

  /** What may be sent on of somebody's headers. */
  public static HttpFields endToEnd(HttpFields headers) {
    Set<String> named =
        headers.getCSV(HttpHeader.CONNECTION, false).stream()
            .map(Relay::lowerCase)
            .collect(Collectors.toSet());
    HttpFields.Mutable kept = HttpFields.build();
    for (HttpField field : headers) {
      String name = field.getLowerCaseName();
      if (!HOP_BY_HOP.contains(name) && !named.contains(name)) {
        kept.add(field);
      }
    }
    return kept;
  }

  private static String lowerCase(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** The headers that the client has sent and that may be sent on. */
  public HttpFields requestHeaders() {
    return endToEnd(exchange.request().getHeaders());
  }

  /** Runs something later, unless it was cancelled; on a thread that it must not block. */
  public Scheduler.Task schedule(Runnable action, long delayMillis) {
    return exchange
        .request()
        .getComponents()
        .getScheduler()
        .schedule(action, delayMillis, TimeUnit.MILLISECONDS);
  }

  /** Watches over a client whose answer may be long in coming. To be called before it begins. */
  public void watchClient() {
    exchange.willWait();
    if (!monitored) {
      // It is idle by nature; a client that has gone is noticed by other means.
      exchange.request().addIdleTimeoutListener(timeout -> writing);
      monitored = true;
      monitor.start();
    }
  }

  /** Leaves the answer to the exchange, unless the client has gone. */
  public void leave(Consumer<HttpExchange> answer) {
    if (ended.compareAndSet(false, true)) {
      if (monitored && monitor.stop()) {
        exchange.closeAfterwards();
      }
      answer.accept(exchange);
    }
  }

  /** Whether there is nobody to answer any more. */
  public boolean isOver() {
    return ended.get();
  }

  /**
   * Begins the answer. Its headers go out with the first piece, or at once when no length is known,
   * as with a watch, which is watched over from then on: its client may leave any time.
   *
   * @param headers of the answer; what the door has set already stays as it is
   */
  public void begin(int status, HttpFields headers, Callback written) {
    if (!headers.contains(HttpHeader.CONTENT_LENGTH)) {
      exchange.willWait();
    }
    exchange.beginStream(status);
    HttpFields.Mutable out = exchange.response().getHeaders();
    Set<String> present =
        Stream.of(out)
            .flatMap(HttpFields::stream)
            .map(HttpField::getLowerCaseName)
            .collect(Collectors.toSet());
    for (HttpField field : endToEnd(headers)) {
      if (!present.contains(field.getLowerCaseName())) {
        out.add(field);
      }
    }
    if (headers.contains(HttpHeader.CONTENT_LENGTH)) {
      written.succeeded();
      return;
    }
    watchClient();
    write(BufferUtil.EMPTY_BUFFER, written);
  }

  /** Writes a piece; the callback says when the next may come. */
  public void write(ByteBuffer piece, Callback written) {
    writing = true;
    exchange
        .response()
        .write(
            false,
            piece,
            Callback.from(
                () -> {
                  writing = false;
                  written.succeeded();
                },
                written::failed));
  }

  /** Ends the answer, which is complete. */
  public void end() {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    // With the last byte the client may send its next request, which is Jetty's to read.
    boolean unusable = monitored && monitor.stop();
    exchange
        .response()
        .write(
            true,
            BufferUtil.EMPTY_BUFFER,
            Callback.from(
                () -> {
                  if (unusable) {
                    endPoint.close();
                  }
                  exchange.callback().succeeded();
                },
                exchange.callback()::failed));
  }

  /** Breaks off an answer that has begun, so that its client does not take it for whole. */
  public void fail(Throwable cause) {
    if (ended.compareAndSet(false, true)) {
      monitor.stop();
      endPoint.close(cause); // which fails a write that is stuck
      exchange.callback().failed(cause);
    }
  }
}
