package dev.understudy.api.http;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;

/** HTTP/1.1 connections on which the head of a request has to arrive within a time. */
public final class HttpConnections extends HttpConnectionFactory {
  /** As long as the body may take. */
  public static final long HEAD_TIMEOUT_MILLIS = 10_000;

  /**
   * Jetty would keep a trie of the header fields that it has met for each connection, 100 KB of
   * heap at its default size: 10,000 clients that have asked twice would hold a gigabyte.
   */
  private static final int NO_HEADER_CACHE = 0;

  private final long headTimeoutMillis;

  /**
   * What the ports of a machine have in common.
   *
   * @param maxHeadBytes of the request line and all headers; more is answered 431
   */
  public static HttpConfiguration configuration(int maxHeadBytes) {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setRequestHeaderSize(maxHeadBytes);
    configuration.setHeaderCacheSize(NO_HEADER_CACHE);
    configuration.setSendServerVersion(false);
    return configuration;
  }

  /** Connections with the usual time for a head. */
  public HttpConnections(HttpConfiguration configuration) {
    this(configuration, HEAD_TIMEOUT_MILLIS);
  }

  /**
   * @param headTimeoutMillis from the first byte of a request to the end of its headers; later is
   *     answered 408, and the connection closed. Silence between two requests is none of it
   */
  public HttpConnections(HttpConfiguration configuration, long headTimeoutMillis) {
    super(configuration);
    this.headTimeoutMillis = headTimeoutMillis;
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    TimedConnection connection =
        new TimedConnection(getHttpConfiguration(), connector, endPoint, headTimeoutMillis);
    connection.setTransferEncodingChunkMaxLength(getTransferEncodingChunkMaxLength());
    return configure(connection, connector, endPoint);
  }
}
