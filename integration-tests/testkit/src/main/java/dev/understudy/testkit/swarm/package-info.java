/**
 * Swarm runs: many simulated clusters, in each of which a random choice of faults happens to
 * clients at work.
 *
 * <p>Read first: {@link dev.understudy.testkit.swarm.Swarm}. A seed stands for a {@link
 * dev.understudy.testkit.swarm.Plan}, which is data: how many machines, what goes wrong by itself,
 * and which {@link dev.understudy.testkit.swarm.Action} happens when. {@code PlanRun} lives through
 * it, ends all faults, and demands that the cluster is as it should be soon after; {@link
 * dev.understudy.testkit.invariants.ClusterInvariants} look on all the time, and a {@link
 * dev.understudy.testkit.swarm.Workload} judges in the end what its clients were answered. Since a
 * plan is data, {@code Shrinker} can leave out of it what a failure does not need.
 *
 * <p><b>A new kind of fault</b> is a constant of {@link dev.understudy.testkit.swarm.FaultKind}, an
 * {@code Action}, and a line in {@code SwarmDraw}, which draws plans.
 *
 * <p><b>Always true here.</b> All that is left to chance in a run is drawn from the time of its
 * cluster; a plan is drawn from its seed before. An action that no cluster survives (the disks of
 * two peers of three) asks {@link dev.understudy.testkit.swarm.Stage#isWhole} and does nothing.
 */
package dev.understudy.testkit.swarm;
