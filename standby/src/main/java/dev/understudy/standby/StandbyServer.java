package dev.understudy.standby;

import dev.understudy.api.http.ByteBudget;
import dev.understudy.api.http.proxy.LeaderProxy;
import dev.understudy.api.http.proxy.ProxyContext;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.SyncReply;
import java.io.IOException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.server.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine without a seat: redirects clients to the leader, syncs with the cluster, and takes a
 * seat when one is open.
 *
 * <p>Can be started and closed again and again. {@link #start} and {@link #close} block for the
 * disk and for the standby's thread; everything else returns at once. The state belongs to the
 * {@link WorkLoop}; the handlers read what it last published.
 */
public final class StandbyServer implements AutoCloseable {
  /**
   * How long a leader's own word counts before clients are sent to it. Seats and leader change less
   * often than this, so a client meets two redirects at most: to a leader that has just lost its
   * seat, and from there to the next.
   */
  static final long FRESH_MILLIS = 500;

  /** What a client waits for a leader to be found before it is asked to come again. */
  private static final long LOOKUP_MILLIS = 1_500;

  /** After this the sync that was due has not come. */
  private static final double OVERDUE_INTERVALS = 1.5;

  private static final Logger LOG = LoggerFactory.getLogger(StandbyServer.class);

  /** Of many standbys that started together, no two should ask at the same moment for ever. */
  private static final double JITTER = 0.1;

  /** How much sooner the next round comes while there is no leader to send clients to. */
  private static final int UNSETTLED_DIVISOR = 4;

  /** After so many quick rounds the trouble is no election, and waiting costs nothing more. */
  private static final int MAX_QUICK_ROUNDS = 20;

  /** Machines that change places are all standbys for a moment. */
  private static final int ROUNDS_ALONE = 4;

  private static final Optional<ProxyContext> NO_PROXY = Optional.empty();

  private final StandbyOptions options;
  private final ClusterClient client;
  private final StandbyInfoFile file;
  private final Supplier<? extends WorkLoop> loops;
  private final RandomGenerator jitter;
  private final StandbyListener listener;
  private final LongSupplier clockMillis;
  private final StandbyMetrics metrics;
  private final Optional<LeaderProxy> proxy;
  private final Optional<Supplier<LocalData>> held;
  private final Handler clientHandler;
  private final Handler peerHandler;

  private final Object lifecycle = new Object();
  private volatile Run run;
  private volatile StandbyInfo info = StandbyInfo.FRESH;
  private volatile Optional<LeaderSight> sight = Optional.empty();
  private volatile OptionalLong syncedMillis = OptionalLong.empty();
  private final Queue<CompletableFuture<Optional<MachineView>>> lookingForLeader =
      new ConcurrentLinkedQueue<>();

  /**
   * Starts nothing.
   *
   * @param client how to ask peers; stays the caller's to close, after this server
   * @param file where the cluster's addresses are kept
   * @param loops opens a loop for each start; closed with each close
   * @param jitter spreads the rounds; used on the loop only
   * @param clockMillis monotonic
   * @param listener told when a seat was taken
   */
  public StandbyServer(
      StandbyOptions options,
      ClusterClient client,
      StandbyInfoFile file,
      Supplier<? extends WorkLoop> loops,
      RandomGenerator jitter,
      LongSupplier clockMillis,
      StandbyListener listener) {
    this(options, client, file, loops, jitter, clockMillis, listener, NO_PROXY, Optional.empty());
  }

  /**
   * Starts nothing.
   *
   * @param leader how the leader is asked for clients, where they are not sent there themselves;
   *     empty where it cannot be
   * @param held tells what a standby that wants the data has of them; empty for one that does not.
   *     Any thread may ask.
   */
  public StandbyServer(
      StandbyOptions options,
      ClusterClient client,
      StandbyInfoFile file,
      Supplier<? extends WorkLoop> loops,
      RandomGenerator jitter,
      LongSupplier clockMillis,
      StandbyListener listener,
      Optional<ProxyContext> leader,
      Optional<Supplier<LocalData>> held) {
    this.held = held;
    this.options = Objects.requireNonNull(options);
    this.client = Objects.requireNonNull(client);
    this.file = Objects.requireNonNull(file);
    this.loops = Objects.requireNonNull(loops);
    this.jitter = Objects.requireNonNull(jitter);
    this.listener = Objects.requireNonNull(listener);
    this.clockMillis = Objects.requireNonNull(clockMillis);
    StandbyView view = new View();
    this.metrics = new StandbyMetrics(view);
    this.proxy = leader.map(with -> new LeaderProxy(options.self(), with, this::leaderNow));
    this.clientHandler =
        leader
            .map(
                with ->
                    StandbyClientDoor.of(
                        options,
                        view,
                        metrics,
                        proxy.orElseThrow(),
                        with.bodies(),
                        new ByteBudget(with.maxRequestBytes())))
            .orElseGet(() -> StandbyClientDoor.of(options, view, metrics));
    this.peerHandler = StandbyPeerDoor.of(options.self(), view, this::syncNow);
  }

  /**
   * Notes on disk that this machine is a standby, then syncs at once and from then on in intervals.
   *
   * @throws IOException when the data directory cannot be read or written; nothing has started then
   * @throws IllegalStateException when it is running
   */
  public void start() throws IOException {
    synchronized (lifecycle) {
      if (run != null) {
        throw new IllegalStateException("started twice");
      }
      Optional<StandbyInfo> saved = file.load();
      StandbyInfo known = saved.orElse(StandbyInfo.FRESH).withRunning(true);
      if (!saved.equals(Optional.of(known))) {
        file.save(known);
      }
      info = known;
      sight = Optional.empty();
      syncedMillis = OptionalLong.empty();
      run = new Run(loops.get());
      run.loop.execute(run::beginRound);
    }
  }

  /**
   * Stops syncing and waits for the thread. May be called twice, and on the standby's own thread.
   */
  @Override
  public void close() {
    Run stopping;
    synchronized (lifecycle) {
      stopping = run;
      run = null;
    }
    if (stopping != null) {
      stopping.loop.close();
    }
    endLookups(Optional.empty());
  }

  private void endLookups(Optional<MachineView> leader) {
    for (var waiting = lookingForLeader.poll();
        waiting != null;
        waiting = lookingForLeader.poll()) {
      waiting.complete(leader);
    }
  }

  /** For the client port: sends every request to the leader, or its client there. */
  public Handler clientHandler() {
    return clientHandler;
  }

  /** What {@code /metrics} tells, to which its machine adds. */
  public StandbyMetrics metrics() {
    return metrics;
  }

  /** For the peer port: says who this is, and sends operators to the leader. */
  public Handler peerHandler() {
    return peerHandler;
  }

  /**
   * Notes on disk, soon, under which id this standby holds the data; 0 for none. Any thread.
   *
   * @param member the id
   */
  public void noteReplica(long member) {
    Run current = run;
    if (current != null) {
      current.loop.execute(() -> current.noteReplica(member));
    }
  }

  /** There may be a seat for this standby: it syncs now, or once more, and asks. Any thread. */
  public void syncNow() {
    Run current = run;
    if (current != null) {
      current.loop.execute(current::called);
    }
  }

  /** What the standby knows of its cluster, as last synced. */
  public StandbyInfo info() {
    return info;
  }

  /**
   * Where clients are sent now: to the leader, by its own word of half a second ago at most; empty
   * when none is found. Any thread may call it; completes within two seconds.
   */
  public CompletableFuture<Optional<MachineView>> leaderNow() {
    Optional<LeaderSight> seen =
        sight.filter(last -> last.isWithin(FRESH_MILLIS, clockMillis.getAsLong()));
    if (seen.isPresent()) {
      return CompletableFuture.completedFuture(seen.get().leader());
    }
    CompletableFuture<Optional<MachineView>> answer = new CompletableFuture<>();
    lookingForLeader.add(answer);
    Run current = run;
    if (current == null) {
      endLookups(Optional.empty());
    } else {
      current.loop.execute(current::lookForLeader);
    }
    return answer;
  }

  /** The leader as of the last sync, unless the next is overdue; nobody is asked. */
  public Optional<MachineView> leaderAsSynced() {
    long patience = Math.round(OVERDUE_INTERVALS * info.syncIntervalMillis());
    return sight
        .filter(last -> last.isWithin(patience, clockMillis.getAsLong()))
        .flatMap(LeaderSight::leader);
  }

  /** What the handlers show. */
  private final class View implements StandbyView {
    @Override
    public CompletableFuture<Optional<MachineView>> leaderNow() {
      return StandbyServer.this.leaderNow();
    }

    @Override
    public Optional<MachineView> leaderAsSynced() {
      return StandbyServer.this.leaderAsSynced();
    }

    @Override
    public StandbyInfo info() {
      return info;
    }

    @Override
    public OptionalLong syncAgeMillis() {
      OptionalLong last = syncedMillis;
      return last.isPresent()
          ? OptionalLong.of(clockMillis.getAsLong() - last.getAsLong())
          : OptionalLong.empty();
    }
  }

  /** The time between one start and the close that follows. All of it happens on the loop. */
  private final class Run {
    private final WorkLoop loop;
    private boolean over;
    private boolean mayTakeSeat = !options.lostSeat();
    private int quickRounds;
    private boolean looking;
    private int lookups;
    private int roundsAlone;
    private String lastTold = "";
    private final RoundSchedule rounds;
    private final ReplicaNews replicaNews = new ReplicaNews(options.self().name(), listener);
    private final SyncOrder order = new SyncOrder(options.self().peerUrl(), options.seedPeerUrls());
    private final Set<String> foreignPeers = new HashSet<>();

    Run(WorkLoop loop) {
      this.loop = loop;
      this.rounds = new RoundSchedule(loop, clockMillis);
    }

    /** One that has just lost its seat is given none, and is not to wait longer for that. */
    private void called() {
      if (!over && mayTakeSeat) {
        rounds.call(this::beginRound);
      }
    }

    void beginRound() {
      rounds.begun();
      newRound()
          .run(mayTakeSeat)
          .whenComplete(
              (result, failure) -> {
                if (failure == null) {
                  endRound(result);
                } else {
                  fail(failure);
                }
              });
    }

    /** Asks who leads, for those who wait to be sent there; for all of them at once. */
    private void lookForLeader() {
      if (looking) {
        return;
      }
      looking = true;
      int number = ++lookups;
      loop.schedule(() -> endLookup(number), LOOKUP_MILLIS);
      newRound()
          .run(false)
          .whenComplete(
              (result, failure) -> {
                if (failure == null && !over) {
                  note(result);
                }
                endLookup(number);
              });
    }

    private void endLookup(int number) {
      if (looking && number == lookups) {
        looking = false;
        endLookups(
            sight
                .filter(last -> last.isWithin(LOOKUP_MILLIS, clockMillis.getAsLong()))
                .flatMap(LeaderSight::leader));
      }
    }

    private void note(RoundResult result) {
      sight = Optional.of(new LeaderSight(result.leader(), clockMillis.getAsLong()));
      if (result.learned().isPresent()) {
        syncedMillis = OptionalLong.of(clockMillis.getAsLong());
        result.learned().ifPresent(this::learn);
      }
      if (held.isPresent() && result.leader().isPresent()) {
        replicaNews.heard(result.learned().orElseThrow());
      }
    }

    private SyncRound newRound() {
      return new SyncRound(
          options, client, loop, info, order, this::foreign, data(), held.isPresent());
    }

    private void beginFirstRoundForSeat() {
      mayTakeSeat = true;
      beginRound();
    }

    /** An operator should know, once: two clusters are mixed up, or an address has a new owner. */
    private void foreign(String peerUrl, long other) {
      if (foreignPeers.add(peerUrl + " " + other)) {
        LOG.warn(
            "standby {}: passes over {}, which belongs to cluster {}, not to {}",
            options.self().name(),
            peerUrl,
            HexId.text(other),
            HexId.text(info.clusterId()));
      }
    }

    private void endRound(RoundResult result) {
      if (over) {
        return;
      }
      try {
        note(result);
        tell(result.detail());
        reportAlone(result);
        listener.synced(result.leader().isPresent());
        if (result.seat().filter(seat -> !isUnderHeldId(seat)).isPresent()) {
          takeSeat(result);
        } else if (!mayTakeSeat && !result.isUnsettled()) {
          rounds.ended(this::beginFirstRoundForSeat, info.syncIntervalMillis());
        } else {
          rounds.ended(this::beginRound, delayMillis(result));
        }
      } catch (RuntimeException bug) {
        fail(bug);
      }
    }

    /** Of its own seat a replica reads in the log; it may not be more than promised yet. */
    private boolean isUnderHeldId(JoinReply seat) {
      return data() instanceof LocalData.Held data && data.memberId() == seat.memberId();
    }

    private LocalData data() {
      return held.map(Supplier::get).orElse(new LocalData.None());
    }

    private void reportAlone(RoundResult result) {
      if (result.status() != RoundResult.Status.ONLY_STANDBYS) {
        roundsAlone = 0;
      } else if (rounds.isDue() && ++roundsAlone == ROUNDS_ALONE) {
        listener.alone();
      }
    }

    private void learn(SyncReply reply) {
      proxy.ifPresent(asks -> asks.seatsAre(reply.machines()));
      StandbyInfo learned =
          reply.leader().isPresent() ? info.synced(reply) : info.withoutLeader(reply);
      if (!learned.equals(info)) {
        info = learned;
        save(learned);
      }
    }

    private void noteReplica(long member) {
      if (!over) {
        info = info.withReplica(member);
        save(info);
      }
    }

    private void takeSeat(RoundResult result) {
      over = true;
      save(info.withRunning(false));
      ClusterConfig config = result.learned().orElseThrow().config();
      listener.seatTaken(new SeatTaken(result.seat().orElseThrow(), info.cluster(), config));
    }

    /**
     * A disk that fails costs no more than the search for the cluster at the next start: the peers
     * know who has a seat, not this file.
     */
    private void save(StandbyInfo toSave) {
      try {
        file.save(toSave);
      } catch (IOException e) {
        LOG.warn("{}: standby_info cannot be saved: {}", options.self().name(), FailureText.of(e));
      }
    }

    private long delayMillis(RoundResult result) {
      long interval = info.syncIntervalMillis();
      boolean quick = result.isUnsettled() && quickRounds < MAX_QUICK_ROUNDS;
      quickRounds = result.isUnsettled() ? quickRounds + (rounds.isDue() ? 1 : 0) : 0;
      double base = quick ? (double) interval / UNSETTLED_DIVISOR : interval;
      return Math.round(base * (1 - JITTER + 2 * JITTER * jitter.nextDouble()));
    }

    private void tell(String detail) {
      if (!detail.equals(lastTold)) {
        lastTold = detail;
        LOG.info("standby {}: {}", options.self().name(), detail);
      }
    }

    private void fail(Throwable failure) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      over = true;
      LOG.error("standby {}: stops syncing, this is a bug", options.self().name(), cause);
      listener.failed(
          cause instanceof RuntimeException bug ? bug : new IllegalStateException(cause));
    }
  }
}
