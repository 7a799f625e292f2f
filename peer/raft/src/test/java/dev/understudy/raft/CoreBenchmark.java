package dev.understudy.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How much does consensus itself cost, and what do 10,000 groups in one process cost?
 *
 * <p>{@code mvn -pl peer/raft test -Dtest=CoreBenchmarkTest -Draft.benchmark=full} runs everything
 * long enough for figures; the ordinary test runs each once and small.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(0)
public class CoreBenchmark {
  static final int GROUPS = 10_000;
  private static final int BATCH = 64;
  private static final byte[] COMMAND = new byte[128];

  /** Three members whose messages are delivered at once. */
  @State(Scope.Thread)
  public static class ThreeMembers {
    private static final int KEPT_ENTRIES = 1_000;

    final List<RaftCore> cores = new ArrayList<>();
    final List<MemoryStorage> logs = new ArrayList<>();
    private final List<Message> inFlight = new ArrayList<>();

    /** Elects member 1. */
    @Setup(Level.Trial)
    public void elect() {
      for (long id = 1; id <= 3; id++) {
        MemoryStorage log = new MemoryStorage();
        log.applySnapshot(SimulatedNode.bootstrap(ConfState.ofVoters(1L, 2L, 3L)));
        logs.add(log);
        cores.add(new RaftCore(id, RaftConfig.DEFAULT, log, bound -> 0, RaftEvents.NONE));
      }
      cores.get(0).campaign();
      settle();
    }

    void settle() {
      boolean busy = true;
      while (busy) {
        busy = false;
        for (int i = 0; i < 3; i++) {
          busy |= work(i);
        }
        for (Message message : inFlight) {
          cores.get((int) message.to() - 1).step(message);
          busy = true;
        }
        inFlight.clear();
      }
    }

    private boolean work(int i) {
      RaftCore core = cores.get(i);
      if (!core.hasReady()) {
        return false;
      }
      Ready ready = core.ready();
      MemoryStorage log = logs.get(i);
      log.append(ready.persist());
      inFlight.addAll(ready.sendNow());
      inFlight.addAll(ready.sendOncePersisted());
      core.advance(ready);
      if (core.appliedIndex() - log.firstIndex() > 2L * KEPT_ENTRIES) {
        log.compact(core.appliedIndex() - KEPT_ENTRIES);
      }
      return true;
    }
  }

  /** Leaders of groups in which nothing happens. */
  @State(Scope.Thread)
  public static class ManyGroups {
    final List<RaftCore> cores = new ArrayList<>();

    /** Makes and elects them. */
    @Setup(Level.Trial)
    public void elect() {
      for (int i = 0; i < GROUPS; i++) {
        cores.add(idleLeader());
      }
    }
  }

  /** A leader of three whose log has one entry behind a snapshot, all of it applied. */
  static RaftCore idleLeader() {
    MemoryStorage log = new MemoryStorage();
    log.applySnapshot(SimulatedNode.bootstrap(ConfState.ofVoters(1L, 2L, 3L)));
    RaftConfig config = RaftConfig.DEFAULT.withPreVote(false).withCheckQuorum(false);
    RaftCore core = new RaftCore(1, config, log, bound -> 0, RaftEvents.NONE);
    core.campaign();
    drain(core, log);
    core.step(new Message.VoteResponse(2, 1, 1, true));
    drain(core, log);
    for (long peer = 2; peer <= 3; peer++) {
      core.step(new Message.AppendResponse(peer, 1, 1, 2, false, 0, 0));
      drain(core, log);
    }
    return core;
  }

  private static int drain(RaftCore core, MemoryStorage log) {
    int messages = 0;
    while (core.hasReady()) {
      Ready ready = core.ready();
      if (log != null) {
        log.append(ready.persist());
      }
      messages += ready.sendNow().size();
      core.advance(ready);
    }
    return messages;
  }

  /** One command from proposal until all three members know it as committed and have applied it. */
  @Benchmark
  public long proposeOneToCommit(ThreeMembers group) {
    group.cores.get(0).propose(COMMAND);
    group.settle();
    return group.cores.get(0).commitIndex();
  }

  /** The same for each of 64 commands proposed in one go, as by 64 clients at once. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long proposeBatchToCommit(ThreeMembers group) {
    byte[][] commands = new byte[BATCH][];
    java.util.Arrays.fill(commands, COMMAND);
    group.cores.get(0).propose(commands);
    group.settle();
    return group.cores.get(0).commitIndex();
  }

  /** One tick of 10,000 leaders, each of which sends its heartbeats. */
  @Benchmark
  public int tickAllGroups(ManyGroups groups) {
    int messages = 0;
    for (RaftCore core : groups.cores) {
      core.tick();
      messages += drain(core, null);
    }
    return messages;
  }

  /** One quiesced tick of 10,000 leaders. */
  @Benchmark
  public int tickAllGroupsQuiesced(ManyGroups groups) {
    int ready = 0;
    for (RaftCore core : groups.cores) {
      core.tickQuiesced();
      ready += core.hasReady() ? 1 : 0;
    }
    return ready;
  }
}
