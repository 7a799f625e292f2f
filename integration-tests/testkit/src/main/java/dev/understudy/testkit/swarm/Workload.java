package dev.understudy.testkit.swarm;

import dev.understudy.testkit.SimulatedCluster;
import java.util.List;

/**
 * What clients do during a run, and what they make of it in the end. A workload lives in the time
 * of its cluster: it schedules there what its clients do, blocks nowhere, and draws all chance from
 * there, so that a seed can be replayed.
 */
public interface Workload {
  /** Makes a workload. */
  @FunctionalInterface
  interface Factory {
    /** A workload of so many clients, which have not begun. */
    Workload on(SimulatedCluster cluster, int clients);
  }

  /** The clients begin; called when the cluster serves for the first time. */
  void begin();

  /** Nothing is wrong any more: what the clients ask for from now on has to be done. */
  default void settled() {}

  /** The clients ask for nothing more; what they have asked may still be answered. */
  void end();

  /** Whether nothing is under way any more. */
  boolean isQuiet();

  /**
   * Checks what was answered. Called once, when all faults are healed and the cluster has settled.
   *
   * @throws AssertionError if something cannot be explained; best a {@link
   *     dev.understudy.testkit.invariants.Violation}
   */
  void check();

  /** How many operations have been done. */
  default long operations() {
    return 0;
  }

  /** What the clients did, for the trace of a failure. */
  default List<Trace.Line> lines() {
    return List.of();
  }
}
