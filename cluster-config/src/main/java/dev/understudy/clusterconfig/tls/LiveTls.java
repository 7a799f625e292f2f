package dev.understudy.clusterconfig.tls;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * A {@link Tls} at work: holds what its files said when they were read last, and gives it to
 * servers and clients, those that exist already included. Connections that stand keep what they
 * were made with. Any thread; reading blocks.
 */
public final class LiveTls {
  private final Tls tls;

  /** Guards the two lists and reading again. */
  private final Object lock = new Object();

  private final List<SslContextFactory.Server> servers = new ArrayList<>();
  private final List<SslContextFactory.Client> clients = new ArrayList<>();
  private volatile TlsMaterial material;

  private LiveTls(Tls tls, TlsMaterial material) {
    this.tls = tls;
    this.material = material;
  }

  /**
   * Reads the files.
   *
   * @throws TlsException when they cannot be used
   */
  public static LiveTls load(Tls tls) throws TlsException {
    LiveTls live = new LiveTls(tls, TlsMaterial.of(tls, TlsMaterial.read(tls)));
    live.requireKnown(tls.cipherSuites());
    return live;
  }

  private void requireKnown(List<String> suites) throws TlsException {
    Set<String> known =
        new TreeSet<>(
            List.of(material.callerContext().getSupportedSSLParameters().getCipherSuites()));
    for (String suite : suites) {
      if (!known.contains(suite)) {
        throw new TlsException("Java knows no cipher suite \"" + suite + "\"");
      }
    }
  }

  public Tls tls() {
    return tls;
  }

  /** For a caller who uses Java's own client; as of now. */
  public SSLContext callerContext() {
    return material.callerContext();
  }

  /** When our certificate, or one of its chain, expires. */
  public Optional<Date> expiry() {
    return material.expiry();
  }

  /**
   * Reads the files again.
   *
   * @return whether they held something else
   * @throws TlsException when they cannot be used; everything stays as it was
   */
  public boolean reload() throws TlsException {
    synchronized (lock) {
      Map<Path, String> contents = TlsMaterial.read(tls);
      if (contents.equals(material.contents())) {
        return false;
      }
      TlsMaterial next = TlsMaterial.of(tls, contents);
      try {
        for (SslContextFactory.Server server : servers) {
          server.reload(factory -> factory.setSslContext(next.serverContext()));
        }
        for (SslContextFactory.Client client : clients) {
          client.reload(factory -> factory.setSslContext(next.callerContext()));
        }
      } catch (Exception e) {
        throw new TlsException("the new certificates cannot be used: " + e.getMessage(), e);
      }
      material = next;
      return true;
    }
  }

  /** What Jetty needs to accept connections; kept up to date. */
  public SslContextFactory.Server forServer() {
    SslContextFactory.Server factory = new SslContextFactory.Server();
    factory.setNeedClientAuth(tls.clientAuth());
    configure(factory);
    synchronized (lock) {
      factory.setSslContext(material.serverContext());
      servers.add(factory);
    }
    return factory;
  }

  /** What Jetty needs to dial; kept up to date. */
  public SslContextFactory.Client forClient() {
    SslContextFactory.Client factory = new SslContextFactory.Client();
    configure(factory);
    synchronized (lock) {
      factory.setSslContext(material.callerContext());
      clients.add(factory);
    }
    return factory;
  }

  /** Of whom, and until when. */
  @Override
  public String toString() {
    return material + expiry().map(date -> ", good until " + date.toInstant()).orElse("");
  }

  private void configure(SslContextFactory factory) {
    factory.setIncludeProtocols(tls.minVersion().andNewer().toArray(String[]::new));
    if (!tls.cipherSuites().isEmpty()) {
      factory.setExcludeCipherSuites();
      factory.setIncludeCipherSuites(suites());
    }
  }

  /** Those of TLS 1.3 are all good, and as with etcd no list takes them away unless it has some. */
  private String[] suites() {
    List<String> suites = new ArrayList<>(tls.cipherSuites());
    if (suites.stream().noneMatch(LiveTls::isOfTls13)) {
      List.of(material.callerContext().getSupportedSSLParameters().getCipherSuites()).stream()
          .filter(LiveTls::isOfTls13)
          .forEach(suites::add);
    }
    return suites.toArray(String[]::new);
  }

  private static boolean isOfTls13(String suite) {
    return suite.startsWith("TLS_AES_") || suite.startsWith("TLS_CHACHA20_");
  }
}
