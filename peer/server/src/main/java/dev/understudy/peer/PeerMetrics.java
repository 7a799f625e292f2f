package dev.understudy.peer;

import dev.understudy.api.ClientMemory;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.ServerDetails.Mode;
import dev.understudy.clusterconfig.Servers;
import dev.understudy.locks.LockSpace;
import dev.understudy.locks.LockTables;
import dev.understudy.peer.driver.DriverOptions;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.DutyCycleTracker;
import dev.understudy.peer.driver.RaftCounts;
import dev.understudy.peer.driver.ReadGate;
import dev.understudy.peer.leadership.Census;
import dev.understudy.peer.leadership.LeadershipMetrics;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.store.Store;
import dev.understudy.store.Watchers;
import dev.understudy.transport.Transport;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/**
 * What {@code /metrics} tells of a peer. Each peer has a registry of its own, which ends with it;
 * numbers are counted where they arise and read from there when somebody asks.
 */
final class PeerMetrics {
  private static final String PREFIX = "understudy_";
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final double NANOS_PER_SECOND = 1e9;

  private final PrometheusRegistry registry = new PrometheusRegistry();

  /** What was added so far. */
  PrometheusRegistry registry() {
    return registry;
  }

  PeerMetrics consensus(PeerOptions options, DriverProxy driver) {
    gauge("term", "The term this peer is in.", () -> driver.status().term());
    gauge("leading", "1 on the peer that leads.", () -> driver.status().isLeader() ? 1 : 0);
    gauge("has_leader", "1 if a leader is known.", () -> driver.status().leader() != 0 ? 1 : 0);
    gauge(
        "committed_index", "The last entry known to be committed.", () -> driver.status().commit());
    gauge("applied_index", "The last entry applied here.", () -> driver.status().applied());
    gauge(
        "voters",
        "Members with a vote, as this peer knows.",
        () -> driver.status().voters().size());
    gauge(
        "learners",
        "Members that catch up and have no vote yet.",
        () -> driver.status().learners().size());
    gauge(
        "replicas",
        "Standbys that get the log from this leader and hold the data.",
        () -> driver.observerMatch().size());
    seconds(
        "heartbeat_interval",
        "Between two heartbeats, stretched by --raft-multiplier.",
        () -> options.heartbeatMillis() / MILLIS_PER_SECOND);
    seconds(
        "election_timeout",
        "Silence of the leader before an election, stretched by --raft-multiplier.",
        () -> options.electionMillis() / MILLIS_PER_SECOND);
    return this;
  }

  PeerMetrics leadership(ReadGate gate, LeadershipMetrics counts) {
    counter(
        "leadership_transitions",
        "Changes of leadership that the leader loop was told of.",
        counts::notices);
    counter(
        "leader_loop_restarts",
        "Leaderships lost and regained unseen; if it grows, raise --raft-multiplier.",
        counts::restarts);
    counter("leadership_established", "Terms whose duties were started.", counts::establishedTerms);
    counter("leadership_revoked", "Terms whose duties were stopped.", counts::revokedTerms);
    counterSeconds(
        "leadership_establish",
        "From the notice of leadership to the open read gate, all terms together.",
        () -> counts.establishMillis() / MILLIS_PER_SECOND);
    seconds(
        "leadership_last_establish",
        "From the notice of leadership to the open read gate, the last time.",
        () -> counts.lastEstablishMillis() / MILLIS_PER_SECOND);
    counter(
        "leadership_barrier_retries", "Barriers that were proposed again.", counts::barrierRetries);
    seconds(
        "leader_duty_longest",
        "The longest that a duty has kept the leader loop.",
        () -> counts.longestDutyMillis() / MILLIS_PER_SECOND);
    gauge(
        "read_gate_open",
        "1 if this leader answers consistent reads.",
        () -> gate.isOpen() ? 1 : 0);
    counter("read_gate_waits", "Consistent reads that waited for the gate.", gate::waits);
    counterSeconds(
        "read_gate_waited",
        "How long they waited, together.",
        () -> gate.waitedMillis() / MILLIS_PER_SECOND);
    return this;
  }

  PeerMetrics turns(DutyCycleTracker turns) {
    counter("driver_turns", "Turns of the driver.", turns::turns);
    counterSeconds(
        "driver_turn", "All turns of the driver.", () -> turns.totalNanos() / NANOS_PER_SECOND);
    seconds(
        "driver_turn_longest",
        "The longest turn of the driver so far.",
        () -> turns.longestNanos() / NANOS_PER_SECOND);
    return this;
  }

  PeerMetrics raftEvents(RaftCounts counts) {
    for (RaftCounts.Event event : RaftCounts.Event.values()) {
      counter(nameOf(event), helpOf(event), () -> counts.of(event));
    }
    return this;
  }

  private static String nameOf(RaftCounts.Event event) {
    return switch (event) {
      case PRE_VOTE_STARTED -> "pre_votes_started";
      case ELECTION_STARTED -> "elections_started";
      case ELECTION_WON -> "elections_won";
      case LEADER_CHANGED -> "leader_changes";
      case QUORUM_LOST -> "step_downs_by_quorum_loss";
      case CONFLICT -> "log_conflicts";
      case CONF_CHANGE_REFUSED -> "membership_changes_refused";
      case TRANSFER_ABORTED -> "leadership_transfers_aborted";
      case SNAPSHOT_SENT -> "snapshots_sent";
      case SNAPSHOT_RECEIVED -> "snapshots_received";
      case SNAPSHOT_INSTALLED -> "snapshots_installed";
      case NONSENSE_IGNORED -> "nonsense_messages";
      case DISTRUSTED -> "distrusted_messages";
    };
  }

  private static String helpOf(RaftCounts.Event event) {
    return switch (event) {
      case PRE_VOTE_STARTED -> "Times this peer asked whether it could win an election.";
      case ELECTION_STARTED -> "Elections this peer started, each with a term of its own.";
      case ELECTION_WON -> "Elections this peer won.";
      case LEADER_CHANGED -> "Leaders in new terms that this peer has learned of.";
      case QUORUM_LOST -> "Times this peer, leading, stepped down as it heard from no quorum.";
      case CONFLICT -> "Times a leader's entries replaced others in this peer's log.";
      case CONF_CHANGE_REFUSED -> "Changes of the membership refused here for the moment.";
      case TRANSFER_ABORTED -> "Times this peer, leading, gave up handing over.";
      case SNAPSHOT_SENT -> "Snapshots of this peer that have reached another.";
      case SNAPSHOT_RECEIVED -> "Snapshots that have come from a leader.";
      case SNAPSHOT_INSTALLED -> "Snapshots that have replaced this peer's state.";
      case DISTRUSTED -> "Messages ignored here because of their sender or term.";
      case NONSENSE_IGNORED -> "Messages ignored that break the rules of consensus.";
    };
  }

  PeerMetrics traffic(Transport network) {
    counter("peer_messages_sent", "Messages to peers.", () -> network.traffic().sentMessages());
    counter(
        "peer_messages_received",
        "Messages from peers.",
        () -> network.traffic().receivedMessages());
    counter(
        "peer_messages_dropped",
        "Messages to peers that had no way to go or found a full queue.",
        () -> network.traffic().droppedMessages());
    counterBytes(
        "peer_sent", "Bytes to peers, snapshots included.", () -> network.traffic().sentBytes());
    counterBytes(
        "peer_received",
        "Bytes from peers, snapshots included.",
        () -> network.traffic().receivedBytes());
    return this;
  }

  PeerMetrics memory(DriverOptions options, DriverProxy driver, StateMachine machine) {
    bytes("tree", "About what the keys take in memory.", machine::bytes);
    bytes(
        "tree_quota",
        "At so many, writes that take memory are refused here, with code 405, while it leads.",
        options::maxTreeBytes);
    bytes(
        "history",
        "About what the past events for watchers take in memory.",
        () -> machine.version().historyBytes());
    bytes("history_limit", "At so many, the oldest go.", () -> Store.DEFAULT_HISTORY_BYTES);
    bytes("log_memory", "What the log takes in memory.", driver::logBytes);
    bytes("log_memory_limit", "At so many, a snapshot is due.", options::maxLogBytes);
    return this;
  }

  PeerMetrics clients(ClientMemory memory) {
    bytes("requests", "Memory of large requests under way.", () -> memory.requests().usedBytes());
    bytes("requests_limit", "At so many, 503.", () -> memory.requests().maxBytes());
    bytes("answers", "Memory of large answers under way.", () -> memory.answers().usedBytes());
    bytes("answers_limit", "At so many, 503; watches wait.", () -> memory.answers().maxBytes());
    return this;
  }

  PeerMetrics watches(Watchers watchers, long maxWaitingBytes) {
    bytes(
        "watch_events",
        "About what events take in memory that wait for watchers to read.",
        watchers::waitingBytes);
    bytes(
        "watch_events_limit",
        "At so many, those watches end that have read nothing for longest.",
        () -> maxWaitingBytes);
    return this;
  }

  PeerMetrics syncs(LogSyncs syncs) {
    syncs.registerWith(registry);
    return this;
  }

  PeerMetrics sessions(LockSpace locks) {
    gauge(
        "sessions",
        "Sessions that are held.",
        () -> LockTables.sessions().of(locks.current()).size());
    return this;
  }

  /** As the leader knows them; other peers tell nothing. */
  PeerMetrics servers(Census census) {
    whileLeading(
        "autopilot_healthy",
        "1 if every peer is healthy.",
        census,
        servers -> servers.healthy() ? 1 : 0);
    whileLeading(
        "autopilot_failure_tolerance",
        "Healthy voters that may fail before nothing can be decided.",
        census,
        Servers::failureTolerance);
    whileLeading("seats", "Machines with a seat.", census, servers -> servers.peers().size());
    gauge(
        "standbys",
        "Standbys that this leader has heard of lately; 0 on other peers.",
        () -> census.all().all().stream().filter(s -> s.mode() == Mode.STANDBY).count());
    whileLeading("healthy_voters", "Voters that are healthy.", census, Servers::healthyVoterCount);
    ofEach(
        "server_healthy", "1 if this peer is healthy.", census, server -> server.healthy() ? 1 : 0);
    ofEach(
        "server_lag_entries",
        "Committed entries that this peer is not known to hold.",
        census,
        server -> server.progress().lagEntries());
    ofEach(
        "server_last_contact_seconds",
        "How long ago the leader heard this peer.",
        census,
        server -> server.contact().silentMillis() / MILLIS_PER_SECOND);
    return this;
  }

  private void whileLeading(
      String name, String help, Census census, ToDoubleFunction<Servers> value) {
    GaugeWithCallback.builder()
        .name(PREFIX + name)
        .help(help)
        .callback(
            callback -> {
              Servers members = census.members();
              if (!members.all().isEmpty()) {
                callback.call(value.applyAsDouble(members));
              }
            })
        .register(registry);
  }

  private void ofEach(
      String name, String help, Census census, ToDoubleFunction<ServerDetails> value) {
    GaugeWithCallback.builder()
        .name(PREFIX + name)
        .help(help)
        .labelNames("name")
        .callback(
            callback ->
                census
                    .members()
                    .all()
                    .forEach(server -> callback.call(value.applyAsDouble(server), server.name())))
        .register(registry);
  }

  private void gauge(String name, String help, DoubleSupplier value) {
    gauge(registry, name, help, value);
  }

  static void gauge(PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
    new Meters(registry, PREFIX).gauge(name, help, value);
  }

  private void bytes(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(PREFIX + name)
        .unit(Unit.BYTES)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  private void seconds(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(PREFIX + name)
        .unit(Unit.SECONDS)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  private void counter(String name, String help, DoubleSupplier value) {
    new Meters(registry, PREFIX).counter(name, help, value);
  }

  private void counterBytes(String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(PREFIX + name)
        .unit(Unit.BYTES)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  private void counterSeconds(String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(PREFIX + name)
        .unit(Unit.SECONDS)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }
}
