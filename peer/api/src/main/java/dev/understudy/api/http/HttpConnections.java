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

  private final long headTimeoutMillis;

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
