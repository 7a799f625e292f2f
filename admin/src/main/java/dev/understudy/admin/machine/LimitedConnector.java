package dev.understudy.admin.machine;

import dev.understudy.api.http.HttpConnections;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.transport.LogThrottle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections up to a limit. One more is answered 503 and closed at once, or, where members
 * of the cluster must get in, takes the place of the one that has been idle for longest.
 */
final class LimitedConnector extends ServerConnector implements SelectorManager.AcceptListener {
  private static final Logger LOG = LoggerFactory.getLogger(LimitedConnector.class);

  private static final long AFTER_FAILURE_MILLIS = 200;

  private static final byte[] TOO_MANY = refusal("too many connections to this machine");
  private static final byte[] TOO_MANY_OF_ADDRESS =
      refusal("too many connections from this address");

  private static final byte[] NONE = {};

  /** Who goes on sending holds up nobody else for longer than that. */
  private static final int MAX_READS_OF_REFUSED = 16;

  private final PortBounds bounds;
  private final AddressPlaces addresses;
  private final LogThrottle refusals;
  private final LogThrottle failures;

  /**
   * The channels that are connected or on their way there. Counted from both, one on its way might
   * be counted in neither, and one more be let in than may be.
   */
  private final Set<Object> held = ConcurrentHashMap.newKeySet();

  private static byte[] refusal(String why) {
    String body =
        "{\"errorCode\":301,\"message\":\"During Leader Election\",\"cause\":\""
            + why
            + "\",\"index\":0}\n";
    return ("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
            + "Retry-After: 1\r\nConnection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** What is spoken on a connection: HTTP, or HTTP within TLS. */
  static ConnectionFactory[] protocols(
      HttpConfiguration configuration, Optional<PortTls> tls, long headMillis) {
    HttpConnections http = new HttpConnections(configuration, headMillis);
    if (tls.isEmpty()) {
      return new ConnectionFactory[] {http};
    }
    // Jetty's own would answer 400 to whoever asks for a name that is not the certificate's, of a
    // balancer for example; what names are taken is for those who stand behind this.
    configuration.addCustomizer(new SecureRequestCustomizer(/* sniHostCheck= */ false));
    SslConnectionFactory secure =
        new SslConnectionFactory(tls.get().live().forServer(), http.getProtocol());
    return tls.get().allowsPlain()
        ? new ConnectionFactory[] {new DetectorConnectionFactory(secure), http}
        : new ConnectionFactory[] {secure, http};
  }

  /**
   * @param protocols of a connection, the first of them first
   * @param nanoClock monotonic
   */
  LimitedConnector(
      Server server,
      int selectors,
      ConnectionFactory[] protocols,
      PortBounds bounds,
      LongSupplier nanoClock) {
    super(server, 1, selectors, protocols);
    this.bounds = bounds;
    this.addresses = new AddressPlaces(bounds.perAddress());
    setIdleTimeout(bounds.idleMillis());
    this.refusals = new LogThrottle(nanoClock);
    this.failures = new LogThrottle(nanoClock);
    getSelectorManager().addEventListener(this);
  }

  int connections() {
    return held.size();
  }

  int maxConnections() {
    return bounds.connections();
  }

  @Override
  public void accept(int acceptor) throws IOException {
    if (getTransport() instanceof ServerSocketChannel listening && listening.isOpen()) {
      SocketChannel channel = listening.accept();
      if (!addresses.tryTake(channel)) {
        refuse(channel, TOO_MANY_OF_ADDRESS);
      } else if (connections() < bounds.connections() || (bounds.replacesIdle() && makesRoom())) {
        take(channel);
      } else {
        addresses.leave(channel);
        refuse(channel, TOO_MANY);
      }
    }
  }

  private void take(SocketChannel channel) throws IOException {
    try {
      channel.configureBlocking(false);
      configure(channel.socket());
    } catch (IOException | RuntimeException e) {
      addresses.leave(channel);
      channel.close();
      throw e;
    }
    held.add(channel);
    getSelectorManager().accept(channel);
  }

  @Override
  protected void onEndPointClosed(EndPoint endPoint) {
    addresses.leave(endPoint.getTransport());
    held.remove(endPoint.getTransport());
    super.onEndPointClosed(endPoint);
  }

  @Override
  public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
    addresses.leave(channel);
    held.remove(channel);
  }

  /** A closed one is among the connected until one of Jetty's threads has taken it away. */
  private boolean makesRoom() {
    return getConnectedEndPoints().stream()
            .filter(endPoint -> !endPoint.isOpen())
            .anyMatch(endPoint -> held.remove(endPoint.getTransport()))
        || closeIdle();
  }

  private boolean closeIdle() {
    Optional<EndPoint> idle =
        getConnectedEndPoints().stream()
            .filter(EndPoint::isOpen)
            .filter(endPoint -> isIdle(spokenOn(endPoint)))
            .max(Comparator.comparingLong(LimitedConnector::idleMillis));
    idle.ifPresent(
        endPoint -> {
          endPoint.close();
          held.remove(endPoint.getTransport());
        });
    return idle.isPresent();
  }

  /** What a connection speaks, within TLS where there is TLS. */
  static Connection spokenOn(EndPoint endPoint) {
    return endPoint.getConnection() instanceof SslConnection secure
        ? secure.getSslEndPoint().getConnection()
        : endPoint.getConnection();
  }

  private static long idleMillis(EndPoint endPoint) {
    return endPoint instanceof IdleTimeout timed ? timed.getIdleFor() : 0;
  }

  /** Speaks HTTP still, or nothing yet, and is not being answered. */
  private static boolean isIdle(Connection connection) {
    return connection instanceof ConnectionMetaData
        ? connection.getMessagesIn() <= connection.getMessagesOut()
        : connection instanceof Connection.UpgradeFrom;
  }

  private void refuse(SocketChannel channel, byte[] why) {
    try (channel) {
      channel.configureBlocking(false);
      // Somebody who waits for a handshake could make nothing of it.
      byte[] answer = getDefaultConnectionFactory() instanceof SslConnectionFactory ? NONE : why;
      int ignored = channel.write(ByteBuffer.wrap(answer));
      channel.shutdownOutput();
      // A close with bytes that nobody has read would make the answer be lost.
      ByteBuffer unread = ByteBuffer.allocate(4 << 10);
      for (int i = 0; i < MAX_READS_OF_REFUSED && channel.read(unread.clear()) > 0; i++) {
        ignored++;
      }
    } catch (IOException e) {
      LOG.debug("refused, and gone already: {}", FailureText.of(e));
    }
    refusals
        .missed()
        .ifPresent(
            notice ->
                LOG.warn(
                    "port {} holds {} connections, and refused {}: as many as it may, or as one"
                        + " address may",
                    getLocalPort(),
                    connections(),
                    notice.missed()));
  }

  /** Jetty would write a trace for each. */
  @Override
  protected boolean handleAcceptFailure(Throwable failure) {
    if (!(failure instanceof IOException) || !isRunning() || !isOpen()) {
      return super.handleAcceptFailure(failure);
    }
    failures
        .missed()
        .ifPresent(
            notice ->
                LOG.warn(
                    "port {} could not accept {} connections: {}",
                    getLocalPort(),
                    notice.missed(),
                    FailureText.of(failure)));
    setAccepting(false);
    getScheduler().schedule(() -> setAccepting(true), AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
    return true;
  }
}
