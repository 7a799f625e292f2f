package dev.understudy.testkit.swarm;

import dev.understudy.clusterconfig.MachineView;
import dev.understudy.peer.PeerServer;
import dev.understudy.standby.StandbyMode;
import dev.understudy.standby.StandbyServer;
import dev.understudy.store.Result;
import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.SimulatedMachine;
import dev.understudy.testkit.invariants.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;

/** One run of a plan, from founding the cluster to judging what has become of it. */
final class PlanRun {
  private static final String SETTLED = "a healed cluster settles";

  private static final long SERVING_WITHIN_MILLIS = 60_000;

  /** A seat falls empty, is noticed, is filled, and gets its vote; each takes some seconds. */
  private static final long SETTLED_WITHIN_MILLIS = 120_000;

  /** What is not as it should be for a moment only may be on its way to something else. */
  private static final long STAYS_MILLIS = 3_000;

  private static final long LOOK_MILLIS = 50;

  /** A request ends at its deadline. */
  private static final long QUIET_WITHIN_MILLIS = 30_000;

  /** The longest sync interval that is drawn, and what makes it longer. */
  private static final long SYNCED_WITHIN_MILLIS = 2_500;

  /** Some calls of each client. */
  private static final long SERVING_MILLIS = 2_000;

  private static final long REDIRECTED_WITHIN_MILLIS = 2_000;

  private final Plan plan;
  private final SimulatedCluster cluster;
  private final Trace trace;
  private final Stage stage;
  private final Workload workload;

  private PlanRun(Plan plan, SimulatedCluster cluster, Workload.Factory clients) {
    this.plan = plan;
    this.cluster = cluster;
    trace = new Trace(cluster.time());
    cluster.addListener(trace);
    stage = new Stage(cluster, trace, plan::standbyMode);
    workload = clients.on(cluster, plan.clients());
  }

  static RunResult of(Plan plan, Workload.Factory clients) {
    SimulatedCluster cluster = SimulatedCluster.of(plan.machines(), plan.config(), plan.seed());
    return new PlanRun(plan, cluster, clients).run();
  }

  private RunResult run() {
    long begunMillis = cluster.time().nowMillis();
    Optional<Throwable> failure = Optional.empty();
    try {
      live();
    } catch (RuntimeException | AssertionError e) {
      failure = Optional.of(e);
      trace.note("FAILED: " + e);
    }
    List<Trace.Line> lines = new ArrayList<>(trace.lines());
    lines.addAll(workload.lines());
    return new RunResult(
        plan,
        failure,
        cluster.time().nowMillis() - begunMillis,
        workload.operations(),
        trace.hash(),
        lines);
  }

  private void live() {
    int number = 0;
    for (SimulatedMachine machine : cluster.machines()) {
      StandbyMode mode = plan.standbyMode(++number);
      machine.reconfigure(options -> options.withStandbyMode(mode));
    }
    cluster.start();
    require("a cluster begins to serve", () -> cluster.leader().isPresent(), SERVING_WITHIN_MILLIS);
    workload.begin();
    trace.note("the faults begin");
    cluster.setRates(plan.rates());
    for (Plan.Step step : plan.steps()) {
      cluster
          .time()
          .schedule(
              step.atMillis(),
              () -> {
                trace.note("STEP " + step.action());
                step.action().happen(stage);
              });
    }
    cluster.time().run(plan.faultyMillis());
    trace.note("the faults end");
    stage.heal();
    settle();
    List<String> modes = modes();
    workload.settled();
    cluster.time().run(SERVING_MILLIS);
    workload.end();
    require("every request is answered", workload::isQuiet, QUIET_WITHIN_MILLIS);
    require(SETTLED, () -> isSettled(cluster::isSettled), SETTLED_WITHIN_MILLIS);
    cluster.time().run(SYNCED_WITHIN_MILLIS);
    if (!modes.equals(modes())) {
      throw new Violation(
          "the machines of a settled cluster stay what they are", modes + " and then " + modes());
    }
    for (SimulatedMachine machine : cluster.standbys()) {
      requireRedirect(machine);
    }
    for (SimulatedMachine machine : cluster.peers()) {
      PeerServer peer = machine.peer().orElseThrow();
      cluster.invariants().compareStates(peer);
      if (peer.clientBackend().version().get(Stranger.KEY, false) instanceof Result.Success) {
        throw new Violation("strangers write nothing", "on " + machine.name());
      }
    }
    workload.check();
  }

  /** Clients of a standby reach the leader at once, now that nothing is wrong. */
  private void requireRedirect(SimulatedMachine machine) {
    StandbyServer standby = machine.standby().orElseThrow();
    CompletableFuture<Optional<MachineView>> found = standby.leaderNow();
    require("a standby finds the leader", found::isDone, REDIRECTED_WITHIN_MILLIS);
    Optional<String> leader = cluster.leader().map(SimulatedMachine::name);
    if (!found.join().map(MachineView::name).equals(leader)
        || !standby.leaderAsSynced().map(MachineView::name).equals(leader)) {
      throw new Violation(
          "a standby finds the leader",
          "%s finds %s and has synced %s; %s leads"
              .formatted(
                  machine.name(), found.join(), standby.leaderAsSynced(), leader.orElse("nobody")));
    }
  }

  private List<String> modes() {
    return cluster.machines().stream().map(SimulatedMachine::toString).toList();
  }

  /** Clients still write, so the peers need not be in step; but seats and modes stay. */
  private void settle() {
    long begunMillis = cluster.time().nowMillis();
    long sinceMillis = begunMillis;
    while (cluster.time().nowMillis() - sinceMillis < STAYS_MILLIS) {
      cluster.time().run(LOOK_MILLIS);
      if (!isSettled(cluster::areSeatsSettled)) {
        sinceMillis = cluster.time().nowMillis();
      }
      if (sinceMillis - begunMillis > SETTLED_WITHIN_MILLIS) {
        throw notWithin(SETTLED, SETTLED_WITHIN_MILLIS);
      }
    }
  }

  private boolean isSettled(IntPredicate atSize) {
    Optional<PeerServer> leader = cluster.leader().flatMap(SimulatedMachine::peer);
    return leader.isPresent()
        && stage.isQuiet()
        && atSize.test(
            Math.min(leader.get().admin().config().activeSize(), cluster.machines().size()));
  }

  private void require(String property, BooleanSupplier condition, long withinMillis) {
    if (!cluster.time().runUntil(condition, withinMillis)) {
      throw notWithin(property, withinMillis);
    }
  }

  private Violation notWithin(String property, long millis) {
    return new Violation(property, "not within " + millis + " ms\n" + cluster);
  }
}
