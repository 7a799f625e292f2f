package dev.understudy.api.http.proxy;

import dev.understudy.api.http.BodyLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.eclipse.jetty.client.HttpClient;

/**
 * What a machine that asks the leader for its clients needs of the world: an HTTP client, which has
 * no thread and no connection before there is something to ask. For any thread.
 */
public final class ProxyContext implements AutoCloseable {
  private static final long CONNECT_TIMEOUT_MILLIS = 2_000;

  /** Each watch keeps a connection; how many clients there are is limited at their port. */
  private static final int MAX_CONNECTIONS = 1 << 16;

  private final HttpClient http;
  private final long maxRequestBytes;
  private final BodyLimits bodies;
  private boolean closed;

  /**
   * @param http not started; is started and stopped here
   * @param maxRequestBytes memory of the bodies of all requests under way
   * @param bodies what is passed on to the leader
   */
  public ProxyContext(HttpClient http, long maxRequestBytes, BodyLimits bodies) {
    if (maxRequestBytes < 1) {
      throw new IllegalArgumentException("bodies need memory");
    }
    this.http = Objects.requireNonNull(http);
    this.maxRequestBytes = maxRequestBytes;
    this.bodies = Objects.requireNonNull(bodies);
    http.setName("proxy");
    http.setFollowRedirects(false);
    http.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
    http.setMaxConnectionsPerDestination(MAX_CONNECTIONS);
    http.setMaxRequestsQueuedPerDestination(MAX_CONNECTIONS);
    http.setUserAgentField(null);
    http.setIdleTimeout(0); // a watch may wait for days
  }

  /** Memory of the bodies of all requests under way. */
  public long maxRequestBytes() {
    return maxRequestBytes;
  }

  /** What is passed on to the leader. */
  public BodyLimits bodies() {
    return bodies;
  }

  /**
   * The client, which is started when it is first asked for, in some milliseconds. It follows no
   * redirects and does nothing to answers.
   *
   * @throws IllegalStateException once this is closed
   * @throws UncheckedIOException if it cannot be started
   */
  synchronized HttpClient http() {
    if (closed) {
      throw new IllegalStateException("this machine is stopping");
    }
    if (!http.isStarted()) {
      start();
    }
    return http;
  }

  private void start() {
    try {
      http.start();
    } catch (Exception e) {
      throw new UncheckedIOException(
          new IOException("connections to the leader cannot be made", e));
    }
    http.getProtocolHandlers().clear();
    http.getContentDecoderFactories().clear();
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    try {
      http.stop();
    } catch (Exception e) {
      throw new IOException("connections to the leader cannot be closed", e);
    }
  }
}
