package dev.understudy.testkit.clients;

import dev.understudy.store.NodeView;
import dev.understudy.store.Result;
import dev.understudy.store.Version;
import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.SimulatedMachine;
import dev.understudy.testkit.history.Answering;
import dev.understudy.testkit.history.Call;
import dev.understudy.testkit.history.FinalState;
import dev.understudy.testkit.history.History;
import dev.understudy.testkit.history.HistoryCheck;
import dev.understudy.testkit.history.LinearizabilityCheck;
import dev.understudy.testkit.history.Outcome.Node;
import dev.understudy.testkit.history.RecordedOperation;
import dev.understudy.testkit.history.TimeToLiveCheck;
import dev.understudy.testkit.invariants.Violation;
import dev.understudy.testkit.swarm.Trace;
import dev.understudy.testkit.swarm.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Clients of a simulated cluster that read, write and watch a few keys together, at all machines,
 * and record what they are answered. Everything happens in the time of the cluster and by its
 * chance, so a seed replays them, too.
 *
 * <pre>{@code
 * Clients clients = Clients.start(cluster, Mix.of(4));
 * // ... faults, and their end ...
 * clients.end();
 * cluster.time().runUntil(clients::isQuiet, 30_000);
 * clients.check(); // once the cluster has settled
 * }</pre>
 */
public final class Clients implements Workload {
  /**
   * From the moment when a key is due until its end is applied: turns of a loop, a slow write to a
   * majority of disks, and messages on their way.
   */
  private static final long PROMPT_MILLIS = 400;

  private final SimulatedCluster cluster;
  private final History history = new History();
  private final List<SimulatedClient> clients = new ArrayList<>();
  private final List<SimulatedWatcher> watchers = new ArrayList<>();
  private final FirstReads firstReads;
  private final LockClients lockers;
  private final long begunMillis;
  private Optional<CommitPauses> pauses = Optional.empty();

  private Clients(SimulatedCluster cluster, Mix mix) {
    this.cluster = cluster;
    begunMillis = cluster.time().nowMillis();
    for (int i = 1; i <= mix.clients(); i++) {
      clients.add(new SimulatedClient(i, cluster, mix, history));
    }
    for (int i = 0; i < mix.watchers(); i++) {
      watchers.add(watcher(mix.clients() + 1 + i, i, mix));
    }
    int next = mix.clients() + 1 + mix.watchers();
    firstReads = new FirstReads(next, cluster, mix, history);
    lockers = new LockClients(cluster, mix.lockers());
  }

  private SimulatedWatcher watcher(int number, int turn, Mix mix) {
    return switch (turn % 3) {
      case 0 ->
          new SimulatedWatcher(
              number, cluster, history, Repertoire.register(turn / 3 % mix.registers()), false);
      case 1 -> new SimulatedWatcher(number, cluster, history, Repertoire.MORTALS, true);
      default -> new SimulatedWatcher(number, cluster, history, Repertoire.QUEUE, true);
    };
  }

  /** So many clients, and some watchers, which have not begun. */
  public static Clients of(SimulatedCluster cluster, int count) {
    return new Clients(cluster, Mix.of(count));
  }

  /** Clients that begin now. */
  public static Clients start(SimulatedCluster cluster, Mix mix) {
    Clients all = new Clients(cluster, mix);
    all.begin();
    return all;
  }

  @Override
  public void begin() {
    pauses = Optional.of(new CommitPauses(cluster));
    clients.forEach(SimulatedClient::start);
    watchers.forEach(SimulatedWatcher::start);
    cluster.addListener(firstReads);
    lockers.begin();
  }

  @Override
  public void settled() {
    clients.forEach(SimulatedClient::settled);
  }

  @Override
  public void end() {
    clients.forEach(SimulatedClient::stop);
    firstReads.stop();
    lockers.end();
    pauses.ifPresent(CommitPauses::stop);
  }

  @Override
  public boolean isQuiet() {
    return clients.stream().allMatch(SimulatedClient::isQuiet);
  }

  /** What they have done and seen so far. */
  public History history() {
    return history;
  }

  /** How many calls were answered with something definite. */
  @Override
  public long operations() {
    return clients.stream().mapToLong(SimulatedClient::done).sum();
  }

  /** Watchers are told what is left to tell, and then everything is checked. */
  @Override
  public void check() {
    lockers.check();
    watchers.forEach(SimulatedWatcher::finish);
    List<FinalState> states =
        cluster.peers().stream().map(machine -> state(machine.name(), version(machine))).toList();
    cluster.leader().ifPresent(leader -> readAll(leader.name(), version(leader)));
    check(states);
  }

  /**
   * Checks everything against the state that one machine holds, when there is no cluster any more.
   */
  public void check(String where, Version version) {
    check(List.of(state(where, version)));
  }

  private void check(List<FinalState> states) {
    TimeToLiveCheck timeToLive =
        new TimeToLiveCheck(pauses.orElseThrow(), TimeUnit.MILLISECONDS.toNanos(PROMPT_MILLIS));
    List<String> complaints =
        new HistoryCheck(new LinearizabilityCheck(), timeToLive).complaints(history, states);
    if (!complaints.isEmpty()) {
      throw new Violation("what clients saw can be explained", HistoryCheck.tell(complaints));
    }
  }

  @Override
  public List<Trace.Line> lines() {
    return history.operations().stream().map(this::line).toList();
  }

  private Trace.Line line(RecordedOperation operation) {
    long atMillis = TimeUnit.NANOSECONDS.toMillis(operation.invokedNanos());
    return new Trace.Line(atMillis - begunMillis, operation);
  }

  private static Version version(SimulatedMachine machine) {
    return machine.peer().orElseThrow().clientBackend().version();
  }

  /** All peers agree, so what the leader shows is what a quorum would. */
  private void readAll(String leader, Version version) {
    for (String key : keys()) {
      long now = cluster.time().nowNanos();
      history
          .invoke(0, new Call.Read(key, true), now)
          .respond(Door.read(version, key), new Answering(leader, 0), now);
    }
  }

  /** Every key that was read or written; entries in order are not among them. */
  private TreeSet<String> keys() {
    TreeSet<String> keys = new TreeSet<>();
    for (RecordedOperation operation : history.operations()) {
      if (!(operation.call() instanceof Call.CreateInOrder)) {
        keys.add(operation.call().key());
      }
    }
    return keys;
  }

  private FinalState state(String name, Version version) {
    Map<String, Node> nodes = new TreeMap<>();
    for (String key : keys()) {
      Door.node(version, key).ifPresent(node -> nodes.put(key, node));
    }
    if (version.get(Repertoire.QUEUE, true) instanceof Result.Success found) {
      for (NodeView entry : found.event().node().nodes()) {
        nodes.put(entry.key(), new Node(entry.value(), entry.modifiedIndex()));
      }
    }
    return new FinalState(name, version.index(), nodes);
  }
}
