package dev.understudy.admin.machine;

import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.cli.PortLimits;
import dev.understudy.admin.cli.Telemetry;
import dev.understudy.admin.http.AdminApi;
import dev.understudy.api.ClientApi;
import dev.understudy.api.ClientLimits;
import dev.understudy.api.http.BrowserGate;
import dev.understudy.api.http.Door;
import dev.understudy.api.http.HttpConnections;
import dev.understudy.api.http.HttpCounts;
import dev.understudy.api.http.KnownHosts;
import dev.understudy.api.http.PlainErrorHandler;
import dev.understudy.api.http.RequestTracing;
import dev.understudy.clusterconfig.MachineIdentity;
import dev.understudy.clusterconfig.MachineIdentity.Mode;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.peer.PeerServer;
import dev.understudy.standby.StandbyServer;
import dev.understudy.transport.HttpTransport;
import dev.understudy.wal.WalIdentity;
import java.io.IOException;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/**
 * The ports of a machine as HTTP servers. {@link #open} and {@link #close} block and are for one
 * thread at a time.
 */
final class HttpPorts implements MachinePorts, AutoCloseable {
  /** What is about the machine is the standby's to answer, whatever data it holds. */
  private static final Set<String> OWN_PATHS = Set.of("/health", "/metrics", "/version");

  /** So is the page that shows it. */
  private static final String PAGE = "/dashboard";

  private static final String CHANGING_MODE = "this machine is changing its mode";

  /** curl sends the name of a machine as it was typed, also where a URI should have escapes. */
  private static final UriCompliance NAMES_AS_TYPED =
      UriCompliance.DEFAULT.with("peer-port", UriCompliance.Violation.ILLEGAL_PATH_CHARACTERS);

  private static final double MILLIS_PER_SECOND = 1e3;
  private static final int METRICS_CONNECTIONS = 16;

  /** Jetty's own. Streams between peers have their pings. */
  private static final long PEER_IDLE_MILLIS = 30_000;

  private final MachineTls tls;
  private final MachineRecord self;
  private final LongSupplier clockMillis;
  private final HttpListener clients;
  private final HttpListener peers;
  private final Optional<HttpListener> metrics;
  private final GcPauses collections = GcPauses.ofProcess();

  private final HttpCounts counts = new HttpCounts();

  /** Which machine this is; set before there is a mode. */
  private volatile StartingMachine starting;

  /**
   * @param sockets that listen already
   * @param surroundings what stands before every request
   * @param clockMillis monotonic
   */
  HttpPorts(
      MachineOptions options,
      MachineTls tls,
      ListeningSockets sockets,
      Surroundings surroundings,
      LongSupplier clockMillis) {
    this.tls = tls;
    this.self = options.machine();
    this.clockMillis = clockMillis;
    MachineOptions.Limits limits = options.limits();
    ClientLimits ofClients = ClientBounds.of(limits);
    ConnectionLimits connections = ConnectionLimits.ofProcess(limits);
    this.clients =
        new HttpListener(
            "client-" + options.name(),
            options.clientBindAddress(),
            sockets.client(),
            tls.clientPort(),
            ClientApi.httpConfiguration(ofClients),
            InvocationType.NON_BLOCKING,
            bounds(limits.ports(), connections.clients(), false, limits.ports().idleMillis()),
            clockMillis,
            Door.closed(CHANGING_MODE),
            server -> {
              tracing(options.telemetry()).install(server);
              counts.install(server);
              gate(server, options.security().browsers().origins(), PortNames.ofClients(options));
              server.setHandler(surroundings.before(server.getHandler()));
              server.setErrorHandler(ClientApi.errorHandler(ofClients));
            });
    HttpConfiguration peerConfiguration = peerPortConfiguration(ofClients.maxHeaderBytes());
    this.peers =
        new HttpListener(
            "peer-" + options.name(),
            options.peerBindAddress(),
            sockets.peer(),
            tls.peerPort(),
            peerConfiguration,
            InvocationType.BLOCKING,
            // Strangers that do nothing must not keep a member out.
            bounds(limits.ports(), connections.peers(), true, PEER_IDLE_MILLIS),
            clockMillis,
            Door.closed(CHANGING_MODE),
            server -> {
              HttpTransport.prepare(server);
              tls.secret()
                  .ifPresent(
                      proof ->
                          server.setHandler(
                              new ProofGate(proof, nanoClock(clockMillis), server.getHandler())));
              // No page has business here, whatever it may do at the other port.
              gate(server, Set.of(), PortNames.ofPeers(options));
              server.setHandler(surroundings.before(server.getHandler()));
              server.setErrorHandler(
                  new PlainErrorHandler(peerConfiguration.getRequestHeaderSize()));
            });
    this.metrics =
        options
            .telemetry()
            .metricsAddress()
            .map(address -> metricsListener(options, address, surroundings));
  }

  /** Scrapers are few, and those that do nothing give way. */
  private HttpListener metricsListener(
      MachineOptions options, HostPort address, Surroundings surroundings) {
    PortLimits limits = options.limits().ports();
    HttpConfiguration http = peerPortConfiguration(options.limits().requests().headerBytes());
    return new HttpListener(
        "metrics-" + options.name(),
        address,
        Optional.empty(),
        address.isTls() ? tls.clientPort() : Optional.empty(),
        http,
        InvocationType.NON_BLOCKING,
        bounds(limits, METRICS_CONNECTIONS, true, limits.idleMillis()),
        clockMillis,
        Door.closed(CHANGING_MODE),
        server -> {
          gate(server, Set.of(), PortNames.ofMetrics(options, address));
          server.setHandler(surroundings.before(server.getHandler()));
          server.setErrorHandler(new PlainErrorHandler(http.getRequestHeaderSize()));
        });
  }

  private static RequestTracing tracing(Telemetry telemetry) {
    int slow = telemetry.slowRequestMillis();
    return new RequestTracing(slow == 0 ? Long.MAX_VALUE : slow, HttpListener.logsEveryRequest());
  }

  /** The same clients are answered the same, whichever port they ask for metrics. */
  private void answerClients(Handler handler) {
    clients.answerWith(handler);
    metrics.ifPresent(port -> port.answerWith(new MetricsPort(handler)));
  }

  /** Lets web pages in no further than this. */
  private static void gate(Server server, Set<String> origins, KnownHosts hosts) {
    server.setHandler(new BrowserGate(origins, hosts, server.getHandler()));
  }

  private static LongSupplier nanoClock(LongSupplier clockMillis) {
    return () -> TimeUnit.MILLISECONDS.toNanos(clockMillis.getAsLong());
  }

  private static PortBounds bounds(
      PortLimits limits, int connections, boolean replacesIdle, long idleMillis) {
    return new PortBounds(
        connections, limits.connectionsPerAddress(), replacesIdle, limits.headMillis(), idleMillis);
  }

  private static HttpConfiguration peerPortConfiguration(int headerBytes) {
    HttpConfiguration configuration = HttpConnections.configuration(headerBytes);
    configuration.setHttpCompliance(ClientApi.HTTP_COMPLIANCE);
    configuration.setUriCompliance(NAMES_AS_TYPED);
    return configuration;
  }

  /**
   * Begins to listen.
   *
   * @throws IOException if a port is taken or an address is not this machine's
   */
  void open() throws IOException {
    clients.open();
    peers.open();
    if (metrics.isPresent()) {
      metrics.get().open();
    }
  }

  @Override
  public void answerAs(StartingMachine next) {
    starting = next;
    peers.answerWith(IdentityHandler.ofStarting(next, CHANGING_MODE));
  }

  @Override
  public void answerAs(PeerServices peer) {
    PeerServer server = peer.server();
    addMetrics(server::addGauge, server::addCounts);
    answerClients(server.clientHandler());
    Handler admin =
        new AdminApi(
                peer.admin(),
                self,
                peer.removal(),
                peer.joining(),
                peer.standbys(),
                clockMillis,
                server.guard())
            .handler();
    peers.answerWith(
        new Handler.Sequence(
            server.peerHandler(),
            new IdentityHandler(() -> identityOf(server)),
            server.onceCaughtUp(admin)));
  }

  /** What {@code /metrics} of any mode takes. */
  @FunctionalInterface
  private interface Gauges {
    void add(String name, String help, DoubleSupplier value);
  }

  /** The ports are the machine's, whatever its mode. */
  private void addMetrics(Gauges gauges, Consumer<HttpCounts> requests) {
    requests.accept(counts);
    addExpiry(gauges, "client", tls.clientPort());
    addExpiry(gauges, "peer", tls.peerPort());
    gauges.add("client_connections", "Connections to the client port.", clients::connections);
    gauges.add("client_connections_limit", "At so many, more get 503.", clients::maxConnections);
    gauges.add("peer_connections", "Connections to the peer port.", peers::connections);
    gauges.add("peer_connections_limit", "At so many, idle ones give way.", peers::maxConnections);
    gauges.add("gc_pauses", "Pauses for garbage collection so far.", collections::count);
    gauges.add("gc_pause_seconds", "All pauses for garbage collection.", collections::totalSeconds);
    gauges.add(
        "gc_pause_longest_seconds", "The longest of them so far.", collections::longestSeconds);
  }

  private static void addExpiry(Gauges gauges, String port, Optional<PortTls> tls) {
    tls.ifPresent(
        secured ->
            gauges.add(
                port + "_certificate_expiry_timestamp_seconds",
                "When the certificate of the " + port + " port expires, since the epoch.",
                () -> secured.live().expiry().map(Date::getTime).orElse(0L) / MILLIS_PER_SECOND));
  }

  @Override
  public void answerAs(StandbyServer standby) {
    addMetrics(standby.metrics()::gauge, standby.metrics()::add);
    answerClients(standby.clientHandler());
    peers.answerWith(new Handler.Sequence(standbyIdentity(standby), standby.peerHandler()));
  }

  @Override
  public void answerAs(ReplicaStandby replica) {
    StandbyServer standby = replica.standby();
    addMetrics(standby.metrics()::gauge, standby.metrics()::add);
    standby
        .metrics()
        .gauge(
            "replica_serves",
            "1 while this standby answers clients from the data that it holds.",
            () -> replica.serving().isPresent() ? 1 : 0);
    standby
        .metrics()
        .gauge(
            "replica_applied_index",
            "The last entry that this standby has applied to its data; 0 when it has none.",
            () -> replica.peer().map(peer -> peer.appliedIndex()).orElse(0L));
    answerClients(
        new ChosenHandler(
            InvocationType.NON_BLOCKING,
            request ->
                replica
                    .serving()
                    .filter(peer -> !isOwn(Request.getPathInContext(request)))
                    .map(PeerServer::clientHandler)
                    .orElse(standby.clientHandler())));
    peers.answerWith(
        new Handler.Sequence(
            new ChosenHandler(
                InvocationType.BLOCKING,
                request -> replica.peer().map(PeerServer::peerHandler).orElse(NOBODY)),
            standbyIdentity(standby),
            standby.peerHandler()));
  }

  private static boolean isOwn(String path) {
    return OWN_PATHS.contains(path) || path.startsWith(PAGE);
  }

  private IdentityHandler standbyIdentity(StandbyServer standby) {
    return new IdentityHandler(
        () -> starting.identity().as(Mode.STANDBY, standby.info().clusterId(), 0));
  }

  /** Leaves every request to the next handler. */
  private static final Handler NOBODY =
      new Handler.Abstract.NonBlocking() {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
          return false;
        }
      };

  /** Lets another handler, chosen for each request, answer. */
  private static final class ChosenHandler extends Handler.Abstract {
    private final Function<Request, Handler> choice;

    ChosenHandler(InvocationType type, Function<Request, Handler> choice) {
      super(type);
      this.choice = choice;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      return choice.apply(request).handle(request, response, callback);
    }
  }

  private MachineIdentity identityOf(PeerServer peer) {
    WalIdentity identity = peer.recollection().identity();
    return starting.identity().as(Mode.PEER, identity.clusterId(), identity.memberId());
  }

  @Override
  public void drain() {
    clients.drain();
  }

  @Override
  public void answerNothing() {
    clients.answerNothing();
    peers.answerNothing();
    metrics.ifPresent(HttpListener::answerNothing);
  }

  /** Ends every connection as it stands, and takes no more. */
  void cutOff() {
    peers.cutOff();
    clients.cutOff();
    metrics.ifPresent(HttpListener::cutOff);
  }

  @Override
  public void close() {
    try {
      peers.close();
    } finally {
      try {
        clients.close();
      } finally {
        collections.close();
        metrics.ifPresent(HttpListener::close);
      }
    }
  }
}
