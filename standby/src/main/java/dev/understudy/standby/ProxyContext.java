package dev.understudy.standby;

import java.util.Objects;
import org.eclipse.jetty.client.HttpClient;

/**
 * What a standby in {@link StandbyMode#PROXY} needs of the world.
 *
 * @param http started, and made by {@link #prepare}; its owner's to stop, after the standby
 * @param maxRequestBytes memory of the bodies of all requests under way
 */
public record ProxyContext(HttpClient http, long maxRequestBytes) {
  private static final long CONNECT_TIMEOUT_MILLIS = 2_000;

  /** Each watch keeps a connection; how many clients there are is limited at their port. */
  private static final int MAX_CONNECTIONS = 1 << 16;

  public ProxyContext {
    Objects.requireNonNull(http);
    if (maxRequestBytes < 1) {
      throw new IllegalArgumentException("bodies need memory");
    }
  }

  /** Makes a client fit for it, before that is started. */
  public static void prepare(HttpClient http) {
    http.setName("proxy");
    http.setFollowRedirects(false);
    http.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
    http.setMaxConnectionsPerDestination(MAX_CONNECTIONS);
    http.setMaxRequestsQueuedPerDestination(MAX_CONNECTIONS);
    http.setUserAgentField(null);
    http.setIdleTimeout(0); // a watch may wait for days
  }

  /** The rest, once it is started: what it would do to answers by itself. */
  public static void passAnswersOn(HttpClient http) {
    http.getProtocolHandlers().clear();
    http.getContentDecoderFactories().clear();
  }
}
