package dev.understudy.api.http;

import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.FatalErrors;
import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An answer whose bytes are made while they are sent. Each method may block. */
public abstract class Download {
  private static final Logger LOG = LoggerFactory.getLogger(Download.class);

  private static final HttpField BINARY =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/octet-stream");

  /** How many bytes {@link #writeTo} will write. */
  public abstract long length() throws IOException;

  /** Writes all of them. */
  public abstract void writeTo(OutputStream out) throws IOException;

  /** Called once, after the last byte or when no more can be sent. */
  public abstract void ended();

  /** Answers with status 200. Blocks until all is sent. */
  final void send(HttpExchange exchange) {
    Throwable failure = null;
    try {
      exchange.beginStream(200);
      exchange.addHeader(BINARY);
      exchange.response().getHeaders().put(HttpHeader.CONTENT_LENGTH, length());
      if (!exchange.method().equals("HEAD")) {
        writeTo(Content.Sink.asOutputStream(exchange.response()));
      }
    } catch (Throwable e) {
      FatalErrors.check(e);
      LOG.info("{} {} broke off: {}", exchange.method(), exchange.path(), FailureText.of(e));
      failure = e;
    }
    end(exchange, failure);
  }

  private void end(HttpExchange exchange, Throwable failure) {
    try {
      ended();
    } finally {
      if (failure == null) {
        exchange.callback().succeeded();
      } else {
        exchange.callback().failed(failure);
      }
    }
  }
}
