package dev.understudy.admin.machine;

import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.cli.RequestLimits;
import dev.understudy.admin.discovery.HttpKeyService;
import dev.understudy.admin.discovery.KeyService;
import dev.understudy.api.access.AuditLog;
import dev.understudy.api.http.BodyLimits;
import dev.understudy.api.http.proxy.ProxyContext;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.HttpClusterClient;
import dev.understudy.clusterconfig.HttpClusterClientOptions;
import dev.understudy.peer.PeerContext;
import dev.understudy.standby.StandbyInfoFile;
import dev.understudy.standby.ThreadLoop;
import dev.understudy.standby.WorkLoop;
import dev.understudy.transport.HttpTransport;
import dev.understudy.transport.TransportOptions;
import dev.understudy.wal.Directory;
import dev.understudy.wal.DiskDirectory;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real world: the system's clocks, threads, sockets and disk. */
public final class SystemContext implements MachineContext {
  private static final Logger LOG = LoggerFactory.getLogger(SystemContext.class);

  private static final int CLIENT_THREADS = 32;
  private static final long CONNECT_TIMEOUT_MILLIS = 2_000;
  private static final long CERTIFICATE_CHECK_MILLIS = 2_000;

  /** As many as Jetty would have. */
  private static final int PEER_SELECTORS =
      Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

  /** Jetty would wait for five seconds, which is all the time that a process has to end. */
  private static final long STOP_TIMEOUT_MILLIS = 500;

  /** What is too large or too slow is the leader's to say, up to what would be too much here. */
  private static final int PROXIED_BYTES = 1 << 19;

  private static final int PROXIED_TIMES = 3;

  private final MachineOptions options;
  private final Surroundings surroundings;
  private final ListeningSockets sockets;
  private final LongSupplier nanoClock;
  private final LongSupplier wallClockMillis;
  private final SecureRandom seeds = new SecureRandom();
  private final HeapGuard heapGuard =
      HeapGuard.ofProcess(System::nanoTime, SystemContext::collectAside);

  /** What is to be closed, the last first. */
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  private Directory peerDirectory;
  private StandbyInfoFile standbyInfo;
  private HttpClusterClient clusterClient;
  private WebSocketClient peerConnections;
  private ProxyContext proxy;
  private MachineTls tls;

  /** Null until it is open. */
  private volatile CertificateWatch certificates;

  /** Null until it is open. */
  private volatile HttpPorts ports;

  private AuditLog audit = AuditLog.NONE;

  /** Null where nothing is to be asked. */
  private KeyService keyService;

  public SystemContext(MachineOptions options) {
    this(options, Surroundings.SYSTEM, ListeningSockets.NONE);
  }

  /**
   * A machine that shares its process with others.
   *
   * @param sockets that listen at its addresses already, and are the context's from now on
   */
  public SystemContext(
      MachineOptions options, Surroundings surroundings, ListeningSockets sockets) {
    this.options = options;
    this.surroundings = surroundings;
    this.sockets = sockets;
    nanoClock = surroundings.nanoClock(System::nanoTime);
    wallClockMillis = surroundings.wallClock(System::currentTimeMillis);
  }

  @Override
  public void open() throws IOException {
    opened.push(sockets);
    try {
      failIfInterrupted();
      openDirectories();
      failIfInterrupted();
      tls = MachineTls.load(options.security(), surroundings.connections());
      OpenPeerPort.warning(options).ifPresent(LOG::warn);
      openAuditLog();
      peerConnections = openPeerConnections();
      failIfInterrupted();
      clusterClient =
          new HttpClusterClient(
              tls.towardsPeers(), HttpClusterClientOptions.DEFAULT, nanoClock, options.name());
      clusterClient.start();
      opened.push(clusterClient);
      if (options.joining().discovery().isPresent()) {
        keyService = openKeyService();
      }
      proxy = openProxy();
      ports = new HttpPorts(options, tls, sockets, surroundings, this::monotonicMillis);
      opened.push(ports);
      ports.open();
      watchCertificates();
      failIfInterrupted();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void openAuditLog() throws IOException {
    Optional<Path> file = options.security().users().auditLog();
    if (file.isPresent()) {
      AuditFile opening = new AuditFile(options.name(), this::wallMillis, System::nanoTime);
      opening.open(file.get(), options.security().users().auditBytes());
      opened.push(opening);
      audit = opening;
    }
  }

  /** On threads that are there for connections; a machine without certificates does nothing. */
  private void watchCertificates() {
    certificates = tls.watch(this::wallMillis);
    if (!certificates.isEmpty()) {
      certificates.look();
      lookLater();
    }
  }

  private void lookLater() {
    HttpClient http = peerConnections.getHttpClient();
    http.getScheduler()
        .schedule(
            () -> http.getExecutor().execute(this::lookAtCertificates),
            CERTIFICATE_CHECK_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  private void lookAtCertificates() {
    try {
      certificates.look();
    } catch (RuntimeException e) {
      LOG.error("certificates cannot be looked at", e); // and are the next time
    }
    if (peerConnections.isRunning()) {
      lookLater();
    }
  }

  @Override
  public void reloadCertificates() {
    CertificateWatch watch = certificates;
    if (watch != null) {
      watch.reload();
    }
  }

  /**
   * Between two steps, because a step that is interrupted half-way fails slowly, and for a reason
   * that reads like trouble.
   */
  private static void failIfInterrupted() throws InterruptedIOException {
    if (Thread.interrupted()) {
      throw new InterruptedIOException("interrupted while starting");
    }
  }

  private void openDirectories() throws IOException {
    DataDirectory.check(options.dataDirectory(), options.force());
    // Its lock keeps a second process out, whatever the mode.
    opened.push(DiskDirectory.open(options.dataDirectory()));
    DataDirectory.openToOthers(options.dataDirectory())
        .ifPresent(
            permissions ->
                LOG.warn(
                    "others than its owner have a way into the data directory {} ({}): chmod 700",
                    options.dataDirectory(),
                    permissions));
    openPeerDirectory();
    Path folder = options.stateFile().toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder + " (for --state-file)");
    }
    standbyInfo = StandbyInfoFile.at(options.stateFile());
  }

  private void openPeerDirectory() throws IOException {
    peerDirectory = DiskDirectory.open(peerPath());
    opened.push(peerDirectory);
  }

  private Path peerPath() {
    return options.dataDirectory().resolve("peer");
  }

  /** A link leads to another disk, where an operator wants the log to be, and its remains too. */
  @Override
  public String setPeerDirectoryAside() throws IOException {
    if (Files.isSymbolicLink(peerPath())) {
      throw new IOException(
          peerPath() + " is a symbolic link; move by hand what it leads to, and start again");
    }
    Path aside = unusedBeside(peerPath());
    peerDirectory.close();
    Files.move(peerPath(), aside, StandardCopyOption.ATOMIC_MOVE);
    openPeerDirectory();
    try (FileChannel parent = FileChannel.open(options.dataDirectory(), StandardOpenOption.READ)) {
      parent.force(true);
    }
    return aside.toString();
  }

  private static Path unusedBeside(Path peer) {
    int number = 1;
    Path aside = peer.resolveSibling("peer.damaged-1");
    while (Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
      number++;
      aside = peer.resolveSibling("peer.damaged-" + number);
    }
    return aside;
  }

  private WebSocketClient openPeerConnections() throws IOException {
    HttpClient http = tls.towardsPeers().create(PEER_SELECTORS);
    http.setExecutor(clientThreads("peer-connections", http));
    WebSocketClient connections = new WebSocketClient(http);
    HttpTransport.prepare(connections);
    connections.getContainedBeans(QueuedThreadPool.class).stream()
        .filter(threads -> threads.getName().startsWith("WebSocket@"))
        .forEach(
            threads -> {
              threads.setName("websocket-" + options.name());
              threads.setDaemon(true);
            });
    opened.push(
        () -> {
          connections.stop();
          http.stop();
        });
    try {
      connections.start();
    } catch (Exception e) {
      throw new IOException("connections to other peers cannot be made: " + FailureText.of(e), e);
    }
    return connections;
  }

  /** Without a thread until the first request that only a leader can answer. */
  private ProxyContext openProxy() {
    HttpClient http = tls.towardsClientPorts().create(1);
    http.setExecutor(clientThreads("proxy", http));
    RequestLimits requests = options.limits().requests();
    BodyLimits bodies =
        new BodyLimits(requests.bodyBytes() + PROXIED_BYTES, PROXIED_TIMES * requests.bodyMillis());
    ProxyContext context = new ProxyContext(http, options.limits().requestBytes(), bodies);
    opened.push(context);
    return context;
  }

  /** Several machines may share a process, so that their threads have their names. */
  private QueuedThreadPool clientThreads(String what, HttpClient http) {
    QueuedThreadPool threads = new QueuedThreadPool(CLIENT_THREADS, 2);
    threads.setName(what + "-" + options.name());
    http.setName(threads.getName());
    http.setScheduler(new ScheduledExecutorScheduler(threads.getName() + "-scheduler", true));
    threads.setDaemon(true);
    threads.setStopTimeout(STOP_TIMEOUT_MILLIS);
    return threads;
  }

  @Override
  public Directory peerDirectory() {
    return peerDirectory;
  }

  @Override
  public WalOptions walOptions() {
    return WalOptions.DEFAULT;
  }

  @Override
  public StandbyInfoFile standbyInfo() {
    return standbyInfo;
  }

  @Override
  public ClusterClient clusterClient() {
    return clusterClient;
  }

  /** Has threads of its own only where there is a token to ask for. */
  @Override
  public KeyService keyService() {
    return keyService;
  }

  private KeyService openKeyService() throws IOException {
    HttpClient http = tls.towardsClientPorts().create(1);
    http.setExecutor(clientThreads("discovery", http));
    http.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
    opened.push(http::stop);
    try {
      http.start();
    } catch (Exception e) {
      throw new IOException("the discovery service cannot be asked: " + FailureText.of(e), e);
    }
    return new HttpKeyService(http);
  }

  @Override
  public Optional<ProxyContext> proxy() {
    return Optional.of(proxy);
  }

  @Override
  public MachinePorts ports() {
    return ports;
  }

  @Override
  public PeerContext newPeerContext() {
    TransportOptions transport =
        TransportOptions.DEFAULT.withMaxStreams(options.limits().ports().peerStreams());
    return new PeerContext(
            (self, snapshots, timer) -> {
              HttpTransport network =
                  new HttpTransport(
                      self,
                      transport,
                      snapshots,
                      peerConnections,
                      tls.secret(),
                      timer,
                      nanoClock,
                      newRandom());
              return new PeerContext.Link(network, network.handler());
            },
            nanoClock,
            this::wallMillis,
            newRandom(),
            heapGuard,
            audit)
        .withProxy(proxy);
  }

  /** On a thread of its own, because the one that asks must not wait for it. */
  private static void collectAside() {
    Thread collector = new Thread(System::gc, "heap-guard");
    collector.setDaemon(true);
    collector.start();
  }

  @Override
  public WorkLoop newLoop(String name) {
    return new ThreadLoop(name);
  }

  @Override
  public long monotonicMillis() {
    return TimeUnit.NANOSECONDS.toMillis(nanoClock.getAsLong());
  }

  @Override
  public long wallMillis() {
    return wallClockMillis.getAsLong();
  }

  @Override
  public RandomGenerator newRandom() {
    return new SplittableRandom(seeds.nextLong());
  }

  @Override
  public long newId() {
    long id = seeds.nextLong();
    return id == 0 ? 1 : id;
  }

  /**
   * Ends every connection to this machine as it stands, and takes no more: to others it is as if
   * the process had been killed. It is to be closed then. Any thread.
   */
  public void cutOff() {
    HttpPorts open = ports;
    if (open != null) {
      open.cutOff();
    }
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      closeQuietly(opened.pop());
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.warn("could not be closed properly: {}", FailureText.of(e));
    }
  }
}
