package dev.understudy.clusterconfig;

import dev.understudy.clusterconfig.secret.ProofBySecret;
import dev.understudy.clusterconfig.secret.ProvenCalls;
import dev.understudy.clusterconfig.tls.LiveTls;
import dev.understudy.clusterconfig.tls.Tls;
import dev.understudy.clusterconfig.tls.TlsException;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * Makes every HTTP client: Jetty's for machines, and Java's own for tools, which live for a moment.
 *
 * @param tls how they speak to {@code https} URLs; empty: with what Java believes, and nothing to
 *     prove
 * @param secret by which machines know each other; empty where they do not by one
 * @param connections hears of every connection that is made, before it is and afterwards; empty
 *     where nobody asks
 */
public record HttpClientFactory(
    Optional<LiveTls> tls,
    Optional<ProofBySecret> secret,
    Optional<ClientConnector.ConnectListener> connections) {
  public static final HttpClientFactory PLAIN = new HttpClientFactory(Optional.empty());

  /** A name service that takes longer is as good as none. */
  private static final long LOOK_UP_TIMEOUT_MILLIS = 5_000;

  public HttpClientFactory {
    Objects.requireNonNull(tls);
    Objects.requireNonNull(secret);
    Objects.requireNonNull(connections);
  }

  /** Of whose connections nobody hears. */
  public HttpClientFactory(Optional<LiveTls> tls, Optional<ProofBySecret> secret) {
    this(tls, secret, Optional.empty());
  }

  /** Without a secret. */
  public HttpClientFactory(Optional<LiveTls> tls) {
    this(tls, Optional.empty());
  }

  /** The same, where somebody hears of every connection. */
  public HttpClientFactory heardBy(Optional<ClientConnector.ConnectListener> listener) {
    return new HttpClientFactory(tls, secret, listener);
  }

  /** What proves to other machines who it is that a client asks for; empty without a secret. */
  public Optional<ProvenCalls> proofs(HttpClient client) {
    return secret.map(known -> new ProvenCalls(client, known));
  }

  /**
   * A client that is not started yet.
   *
   * @param selectors how many threads wait for its connections
   */
  public HttpClient create(int selectors) {
    ClientConnector connector = new ClientConnector();
    connector.setSelectors(selectors);
    connector.addEventListener(new PendingConnects());
    connections.ifPresent(connector::addEventListener);
    connector.setSslContextFactory(tls.isPresent() ? tls.get().forClient() : new JavasOwn());
    HttpClient client = new HttpClient(new HttpClientTransportOverHTTP(connector));
    client.setAddressResolutionTimeout(LOOK_UP_TIMEOUT_MILLIS);
    client.setSocketAddressResolver(
        new LastKnownAddresses(
            () ->
                new SocketAddressResolver.Async(
                    client.getExecutor(), client.getScheduler(), LOOK_UP_TIMEOUT_MILLIS)));
    return client;
  }

  /**
   * The beginning of a client for a tool.
   *
   * @param tls how it speaks to {@code https} URLs
   * @throws TlsException when certificates or keys cannot be used
   */
  public static java.net.http.HttpClient.Builder forTool(Tls tls) throws TlsException {
    var builder =
        java.net.http.HttpClient.newBuilder().version(java.net.http.HttpClient.Version.HTTP_1_1);
    return tls.equals(Tls.SYSTEM) ? builder : builder.sslContext(LiveTls.load(tls).callerContext());
  }

  /**
   * Believes what Java believes. Jetty would read every certificate of the Java installation for
   * each client: a quarter of a start, for nothing where no {@code https} URL is ever met.
   */
  private static final class JavasOwn extends SslContextFactory.Client {
    @Override
    protected void doStart() {}

    @Override
    public SSLEngine newSSLEngine(String host, int port) {
      SSLEngine engine;
      try {
        engine = SSLContext.getDefault().createSSLEngine(host, port);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("Java's own certificates cannot be read", e);
      }
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      engine.setSSLParameters(parameters);
      return engine;
    }
  }
}
