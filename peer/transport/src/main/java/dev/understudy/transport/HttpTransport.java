package dev.understudy.transport;

import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.clusterconfig.secret.ProofBySecret;
import dev.understudy.clusterconfig.secret.ProvenCalls;
import dev.understudy.raft.Message;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network of real peers: a WebSocket stream from each peer to each other one, used in both
 * directions, and snapshot transfers over HTTP requests of their own.
 *
 * <p>It has no thread of its own: reading happens on the threads of the server and the client,
 * writing on the client's, everything timed on the timer. {@link #start} comes once and {@link
 * #close} after it; for a second life make a second network.
 */
public final class HttpTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);

  /** Jetty's 4 KiB cost five reads and writes for a batch of 64 commands. */
  private static final int BUFFER_BYTES = 64 << 10;

  private static final long MAX_INSPECTION_INTERVAL_MILLIS = 1_000;

  /**
   * How long a machine that does not answer at all is called. Accepting takes a kernel one way to
   * it and back; whoever waits longer calls a machine that was off too seldom to be heard by one
   * that has just come back, which may be about to found another cluster.
   */
  static final long REACH_TIMEOUT_MILLIS = 600;

  private final PeerIdentity self;
  private final TransportOptions options;
  private final SnapshotSink snapshots;
  private final Connections connections;
  private final Timer timer;
  private final LongSupplier nanoClock;
  private final RandomGenerator jitter;
  private final Traffic traffic = new Traffic();
  private final PeerHandler handler;

  private final Routes routes = new Routes();

  /** Guards what follows, and changes of the links. */
  private final Object lifecycle = new Object();

  private Map<Long, URI> peerUrls = Map.of();
  private Map<Long, Incarnation> recordedStarts = Map.of();
  private final FoundAddresses found = new FoundAddresses();
  private Timer.Cancellable inspection;
  private boolean closed;

  /** Written with the lifecycle's lock held; null before the start and after the close. */
  private volatile Running running;

  /** What exists only between start and close. */
  private record Running(
      LinkContext context,
      SnapshotSender sender,
      SnapshotReceiver receiver,
      StreamAcceptor acceptor) {}

  /**
   * Starts nothing.
   *
   * @param self who this peer is
   * @param options the limits
   * @param snapshots where snapshots from others go
   * @param client opens connections (its HttpClient too); started before this network and stopped
   *     after it by the caller, who may share it between several networks. Whatever secures
   *     connections is set up in it; a peer URL that begins with https makes streams use TLS.
   * @param secret by which other peers know this one; whether they do, the owner of the server asks
   * @param timer runs back-off and inspections, which are short and never block; the caller's
   * @param nanoClock counts nanoseconds as {@link System#nanoTime} does
   * @param jitter spreads attempts to connect; used by this network alone
   */
  public HttpTransport(
      PeerIdentity self,
      TransportOptions options,
      SnapshotSink snapshots,
      WebSocketClient client,
      Optional<ProofBySecret> secret,
      Timer timer,
      LongSupplier nanoClock,
      RandomGenerator jitter) {
    this(
        self,
        options,
        snapshots,
        new JettyConnections(
            client, secret.map(known -> new ProvenCalls(client.getHttpClient(), known))),
        timer,
        nanoClock,
        jitter);
  }

  /** The same for peers that do not know each other by a secret. */
  public HttpTransport(
      PeerIdentity self,
      TransportOptions options,
      SnapshotSink snapshots,
      WebSocketClient client,
      Timer timer,
      LongSupplier nanoClock,
      RandomGenerator jitter) {
    this(self, options, snapshots, client, Optional.empty(), timer, nanoClock, jitter);
  }

  HttpTransport(
      PeerIdentity self,
      TransportOptions options,
      SnapshotSink snapshots,
      Connections connections,
      Timer timer,
      LongSupplier nanoClock,
      RandomGenerator jitter) {
    this.self = self;
    this.options = options;
    this.snapshots = snapshots;
    this.connections = connections;
    this.timer = timer;
    this.nanoClock = nanoClock;
    this.jitter = jitter;
    this.handler = new PeerHandler(nanoClock);
  }

  /**
   * Makes a server fit for {@link #handler}: gives it a WebSocket container, with buffers that suit
   * batches of messages. Called once by the owner of the server, before the server is started.
   */
  public static void prepare(Server server) {
    ServerWebSocketContainer container = ServerWebSocketContainer.ensure(server);
    container.setInputBufferSize(BUFFER_BYTES);
    container.setOutputBufferSize(BUFFER_BYTES);
  }

  /** The same for the client side; called by the owner of the client. */
  public static void prepare(WebSocketClient client) {
    client.setConnectTimeout(REACH_TIMEOUT_MILLIS);
    client.setInputBufferSize(BUFFER_BYTES);
    client.setOutputBufferSize(BUFFER_BYTES);
  }

  /**
   * Answers what other peers ask under {@code /raft/}; anything else is left to the next handler.
   * Answers 503 while the network is not running. Receiving a snapshot blocks its thread.
   */
  public Handler handler() {
    return handler;
  }

  @Override
  public void start(PeerReceiver receiver) throws IOException {
    synchronized (lifecycle) {
      if (closed || running != null) {
        throw new IllegalStateException("a network is started once");
      }
      if (!connections.isRunning()) {
        throw new IOException("the client for connections to other peers is not running");
      }
      MessageCodec codec = new MessageCodec();
      StatedStarts stated = new StatedStarts(self.lineage());
      // Few, and always in the same order, so that a simulation of them can be repeated.
      Set<PeerStream> streams = new CopyOnWriteArraySet<>();
      StartJudge starts = new StartJudge(streams, nanoClock, options.aliveMillis());
      starts.setRecorded(recordedStarts);
      LinkContext context =
          new LinkContext(
              self,
              stated,
              options,
              codec,
              new StreamDialer(self, stated, options, connections),
              connections.executor(),
              timer,
              nanoClock,
              traffic,
              receiver,
              new Inbound(
                  self.memberId(),
                  codec,
                  traffic,
                  receiver,
                  member -> routes.isKnown(member, receiver),
                  nanoClock),
              new ReceiveBudget(options.maxReceivedBytes()),
              streams,
              starts);
      // First what can fail; nothing is visible to others before.
      inspection = timer.schedule(inspectionIntervalMillis(), this::inspect);
      SnapshotReceiver snapshotReceiver = new SnapshotReceiver(context, snapshots);
      running =
          new Running(
              context,
              new SnapshotSender(context, connections),
              snapshotReceiver,
              new StreamAcceptor(context, routes, snapshotReceiver));
      handler.open(running.acceptor());
    }
    relink();
  }

  @Override
  public void setPeers(Map<Long, URI> urls) {
    Map<Long, URI> others = new HashMap<>(urls);
    others.remove(self.memberId());
    // Whoever was at our address before us is there no more; we would only reach ourselves.
    others.values().removeIf(self.peerUrl()::equals);
    Running now;
    synchronized (lifecycle) {
      peerUrls = Map.copyOf(others);
      now = running;
    }
    if (now != null) {
      now.context().starts().retain(urls.keySet());
    }
    traffic.setMembers(urls.keySet());
    routes.setMembers(urls.keySet());
    relink();
  }

  @Override
  public void setRecordedStarts(Map<Long, Incarnation> recorded) {
    Running now;
    synchronized (lifecycle) {
      recordedStarts = Map.copyOf(recorded);
      now = running;
    }
    if (now != null) {
      now.context().starts().setRecorded(recorded);
    }
  }

  @Override
  public Map<Long, Lineage> connected() {
    Running now = running;
    return now == null ? Map.of() : now.context().starts().connected();
  }

  @Override
  public Map<Long, MachineTraits> traits() {
    Running now = running;
    return now == null ? Map.of() : now.context().starts().traits();
  }

  @Override
  public void foundAt(long member, URI peerUrl) {
    synchronized (lifecycle) {
      found.found(member, peerUrl, peerUrls.get(member));
    }
    relink();
  }

  /** How many streams with a member stand, for tests. */
  long streamsWith(long member) {
    Running now = running;
    return now == null
        ? 0
        : now.context().streams().stream()
            .filter(stream -> stream.member() == member && stream.isOpen())
            .count();
  }

  /** How long nothing has come on the stream that is silent for longest, for tests. */
  long longestSilenceMillis() {
    Running now = running;
    return now == null
        ? 0
        : now.context().streams().stream()
            .filter(PeerStream::isOpen)
            .mapToLong(stream -> stream.silentMillis(nanoClock.getAsLong()))
            .max()
            .orElse(0);
  }

  /** Makes the links agree with the addresses. */
  private void relink() {
    Routes.Change change;
    synchronized (lifecycle) {
      Running now = running;
      if (now == null) {
        return;
      }
      // Those that are no members any more, too: what was found of them ends.
      found.retain(peerUrls.keySet());
      Map<Long, URI> addresses = new TreeMap<>();
      peerUrls.forEach((member, url) -> addresses.put(member, found.over(member, url)));
      change =
          routes.agreeWith(
              addresses, address -> newLink(address.getKey(), address.getValue(), now.context()));
    }
    change.superfluous().forEach(link -> link.retire("not a member at this address any more"));
    change.fresh().forEach(PeerLink::connect);
  }

  private PeerLink newLink(long member, URI url, LinkContext context) {
    BackOff backOff =
        new BackOff(
            options.backOffMinMillis(),
            options.backOffMaxMillis(),
            // Links work side by side and the given source is for one user at a time.
            new SplittableRandom(jitter.nextLong()));
    // A leader tells of the same silence by its heartbeats.
    return new PeerLink(member, url, context, backOff, LogThrottle.everRarer(nanoClock));
  }

  @Override
  public void send(List<Message> messages) {
    List<PeerMessage> queued = new ArrayList<>(messages.size());
    for (Message message : messages) {
      if (message instanceof Message.InstallSnapshot) {
        throw new IllegalArgumentException("a snapshot does not travel on a stream");
      }
      if (message instanceof Message.Propose) {
        throw new IllegalArgumentException("proposals are forwarded by drivers, not by consensus");
      }
      queued.add(new PeerMessage.Consensus(message));
    }
    queue(queued);
  }

  @Override
  public void forward(ForwardedProposals proposals) {
    queue(List.of(proposals));
  }

  @Override
  public void refuse(RejectedProposals refusal) {
    queue(List.of(refusal));
  }

  private static void traceSent(PeerMessage message, LinkContext context) {
    if (LOG.isTraceEnabled()) {
      LOG.trace("sent {}", message.text(context::nameOf));
    }
  }

  private void queue(List<PeerMessage> messages) {
    Running now = running;
    if (now == null) {
      traffic.dropped(messages.size());
      return;
    }
    Set<PeerStream> used = new LinkedHashSet<>();
    Set<Long> unreachable = new LinkedHashSet<>();
    for (PeerMessage message : messages) {
      PeerStream stream = routes.to(message.to());
      if (stream != null && stream.offer(message)) {
        traceSent(message, now.context());
        used.add(stream);
      } else {
        traffic.dropped(1);
        unreachable.add(message.to());
      }
    }
    used.forEach(PeerStream::flush);
    unreachable.forEach(now.context().receiver()::unreachable);
  }

  @Override
  public void sendSnapshot(
      Message.InstallSnapshot message, SnapshotSource source, SnapshotOutcome outcome) {
    Running now = running;
    PeerLink link = routes.link(message.to());
    if (now == null || link == null) {
      outcome.failed(new IOException("no address is known for member " + HexId.text(message.to())));
      return;
    }
    now.sender().send(message, link.peerUrl(), source, outcome);
  }

  @Override
  public TrafficCount traffic() {
    return traffic.count();
  }

  private long inspectionIntervalMillis() {
    return Math.min(
        MAX_INSPECTION_INTERVAL_MILLIS,
        Math.min(options.pingIntervalMillis(), options.writeTimeoutMillis()) / 4 + 1);
  }

  private void inspect() {
    Running now = running;
    if (now == null) {
      return;
    }
    inspectStreams(now);
    synchronized (lifecycle) {
      if (running != null) {
        inspection = timer.schedule(inspectionIntervalMillis(), this::inspect);
      }
    }
  }

  private void inspectStreams(Running now) {
    long nowNanos = nanoClock.getAsLong();
    for (PeerStream stream : now.context().streams()) {
      try {
        stream.inspect(nowNanos);
        if (routes.accepted().get(stream.member()) == stream
            && stream.livedMillis() > options.strangerMillis()
            && !routes.isKnown(stream.member(), now.context().receiver())) {
          stream.close("not a member known here");
        }
      } catch (RuntimeException e) {
        // An exception here would end all further inspections without a word.
        LOG.error("cannot inspect the stream to {}", now.context().nameOf(stream.member()), e);
        stream.abort(e);
      }
    }
  }

  @Override
  public void close() {
    Running last;
    List<PeerLink> lastLinks;
    synchronized (lifecycle) {
      closed = true;
      last = running;
      running = null;
      if (last == null) {
        return;
      }
      handler.open(null);
      last.acceptor().close();
      inspection.cancel();
      lastLinks = routes.forgetLinks();
    }
    lastLinks.forEach(link -> link.retire("this peer stops"));
    long deadlineNanos =
        nanoClock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(options.closeTimeoutMillis());
    try {
      last.sender().close(millisUntil(deadlineNanos));
      last.receiver().close(millisUntil(deadlineNanos));
      closeStreams(last.context().streams(), millisUntil(deadlineNanos));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      last.context().streams().forEach(stream -> stream.abort(e));
    }
    routes.accepted().clear();
  }

  private long millisUntil(long deadlineNanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - nanoClock.getAsLong()));
  }

  private void closeStreams(Set<PeerStream> streams, long timeoutMillis)
      throws InterruptedException {
    List<PeerStream> rest = List.copyOf(streams);
    rest.forEach(stream -> stream.close("this peer stops"));
    try {
      CompletableFuture.allOf(
              rest.stream()
                  .map(stream -> stream.ended().toCompletableFuture())
                  .toArray(CompletableFuture[]::new))
          .get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.info("member {}: breaking streams that do not end", HexId.text(self.memberId()));
      rest.forEach(stream -> stream.abort(e));
    }
  }
}
