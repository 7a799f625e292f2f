package dev.understudy.clusterconfig;

import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Makes the HTTP clients of a machine, which speak to other machines in plain HTTP. */
public final class HttpClientFactory {
  private HttpClientFactory() {}

  /**
   * A client that is not started yet.
   *
   * @param selectors how many threads wait for its connections
   */
  public static HttpClient plain(int selectors) {
    ClientConnector connector = new ClientConnector();
    connector.setSelectors(selectors);
    connector.setSslContextFactory(new NoTls());
    return new HttpClient(new HttpClientTransportOverHTTP(connector));
  }

  /**
   * Jetty would read every certificate of the Java installation for each client: a quarter of a
   * start, for nothing. A request to an {@code https} URL fails, as nothing is loaded here.
   */
  private static final class NoTls extends SslContextFactory.Client {
    @Override
    protected void doStart() {}
  }
}
