package dev.understudy.testkit.clients;

import dev.understudy.api.ClientBackend;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.standby.StandbyServer;
import dev.understudy.store.Event;
import dev.understudy.store.StoreError;
import dev.understudy.store.Watch;
import dev.understudy.store.Watchers.Registration;
import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.SimulatedMachine;
import dev.understudy.testkit.history.History;
import dev.understudy.testkit.history.History.WatchRecording;
import dev.understudy.testkit.history.WatchedEvent;
import java.util.Optional;

/**
 * Watches one key or directory without end: by streams and long polls at one machine after the
 * other, or where a standby sends it, each from the index behind what was seen last. When that is
 * no longer in the history of the store (code 401), it begins anew with what comes next.
 */
final class SimulatedWatcher {
  private static final int LONGEST_WAY_MILLIS = 4;

  /** How soon it notices that its connection broke. */
  private static final long BROKEN_MILLIS = 200;

  private static final long RETRY_MILLIS = 300;
  private static final int MAX_REDIRECTS = 5;

  /** Longer than a standby looks for a leader. */
  private static final long ANSWERED_MILLIS = 3_000;

  private final int number;
  private final SimulatedCluster cluster;
  private final History history;
  private final String key;
  private final boolean recursive;
  private WatchRecording recording;

  /** The next index of interest; 0 for whatever comes next. */
  private long nextIndex;

  private Optional<Connection> connection = Optional.empty();
  private long attempts;

  SimulatedWatcher(
      int number, SimulatedCluster cluster, History history, String key, boolean recursive) {
    this.number = number;
    this.cluster = cluster;
    this.history = history;
    this.key = key;
    this.recursive = recursive;
  }

  void start() {
    begin();
    connectLater(1);
  }

  private void begin() {
    recording = history.watch(number, key, recursive);
    nextIndex = 0;
  }

  /** Takes what has come by now, and notes up to where it would have been told everything. */
  void finish() {
    connection.ifPresent(Connection::finish);
  }

  private void connectLater(long delayMillis) {
    connection = Optional.empty();
    cluster.time().schedule(delayMillis, this::connect);
  }

  private void connect() {
    connectTo(cluster.anyMachine(), 0);
  }

  private void connectTo(SimulatedMachine machine, int redirects) {
    attempts++;
    if (machine.peer().isPresent()) {
      Connection next = new Connection(machine);
      connection = Optional.of(next);
      machine.receive(next::arrive);
      next.watchConnection();
    } else if (machine.standby().isPresent() && redirects < MAX_REDIRECTS) {
      askForLeader(machine, machine.standby().get(), redirects);
    } else {
      connectLater(RETRY_MILLIS);
    }
  }

  /** A standby sends it on to the leader, if it answers at all. */
  private void askForLeader(SimulatedMachine machine, StandbyServer standby, int redirects) {
    long attempt = attempts;
    machine.receive(
        () ->
            standby
                .leaderNow()
                .thenAccept(leader -> unlessOutdated(attempt, () -> follow(leader, redirects))));
    cluster
        .time()
        .schedule(ANSWERED_MILLIS, () -> unlessOutdated(attempt, () -> connectLater(RETRY_MILLIS)));
  }

  private void unlessOutdated(long attempt, Runnable next) {
    if (attempt == attempts) {
      attempts++;
      next.run();
    }
  }

  private void follow(Optional<MachineView> leader, int redirects) {
    Optional<SimulatedMachine> next =
        leader.flatMap(
            found ->
                cluster.machines().stream()
                    .filter(machine -> machine.name().equals(found.name()))
                    .findFirst());
    if (next.isPresent()) {
      long way = 1L + cluster.time().random().nextInt(LONGEST_WAY_MILLIS);
      cluster.time().schedule(way, () -> connectTo(next.get(), redirects + 1));
    } else {
      connectLater(RETRY_MILLIS);
    }
  }

  private boolean isCurrent(Connection one) {
    return connection.filter(one::equals).isPresent();
  }

  /** A watch at one process. */
  private final class Connection {
    private final SimulatedMachine machine;
    private final long life;
    private final ClientBackend backend;
    private final boolean stream = cluster.time().random().nextBoolean();
    private Optional<Watch> watch = Optional.empty();

    Connection(SimulatedMachine machine) {
      this.machine = machine;
      life = machine.lives();
      backend = machine.peer().orElseThrow().clientBackend();
    }

    void watchConnection() {
      cluster
          .time()
          .schedule(
              BROKEN_MILLIS,
              () -> {
                if (isCurrent(this)) {
                  if (machine.isRunning() && machine.lives() == life) {
                    watchConnection();
                  } else {
                    connectLater(RETRY_MILLIS);
                  }
                }
              });
    }

    void arrive() {
      backend
          .caughtUp()
          .whenComplete(
              (done, failure) -> {
                if (!isCurrent(this)) {
                  return;
                }
                if (failure == null) {
                  register();
                } else {
                  connectLater(RETRY_MILLIS);
                }
              });
    }

    private void register() {
      Registration registration =
          backend.watchers().watch(key, recursive, stream, nextIndex, ready -> drainLater());
      if (registration instanceof Registration.Started started) {
        watch = Optional.of(started.watch());
        if (nextIndex == 0) {
          nextIndex = started.watch().startIndex() + 1;
          recording.from(nextIndex);
        }
        drainLater();
      } else {
        refused(((Registration.Refused) registration).error());
      }
    }

    private void refused(StoreError error) {
      if (error.code() == StoreError.HISTORY_CLEARED) {
        begin();
      }
      connectLater(RETRY_MILLIS);
    }

    private void drainLater() {
      long way = 1L + cluster.time().random().nextInt(LONGEST_WAY_MILLIS);
      cluster
          .time()
          .schedule(
              way,
              () -> {
                if (isCurrent(this)) {
                  drain();
                }
              });
    }

    private void drain() {
      if (watch.isEmpty()) {
        return;
      }
      Watch.Delivery delivery = watch.get().poll();
      while (delivery instanceof Watch.Delivery.Next next) {
        saw(next.event());
        delivery = watch.get().poll();
      }
      if (delivery instanceof Watch.Delivery.Ended) {
        connectLater(1L + cluster.time().random().nextInt((int) RETRY_MILLIS));
      }
    }

    private void saw(Event event) {
      recording.saw(
          new WatchedEvent(
              event.index(),
              event.action().wireName(),
              event.node().key(),
              Optional.ofNullable(event.node().value()),
              cluster.time().nowNanos()));
      nextIndex = event.index() + 1;
    }

    void finish() {
      if (watch.isPresent() && machine.isRunning() && machine.lives() == life) {
        drain();
        if (isCurrent(this)) {
          recording.seenThrough(backend.version().index());
        }
      }
    }
  }
}
