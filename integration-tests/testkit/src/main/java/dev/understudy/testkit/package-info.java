/**
 * Whole clusters in one thread of virtual time, driven by one seed, through the same machines that
 * serve users.
 *
 * <p>Read first: {@link dev.understudy.testkit.SimulatedCluster}. Each {@link
 * dev.understudy.testkit.SimulatedMachine} is a {@link dev.understudy.admin.machine.Machine} in a
 * simulated world, {@code SimulatedContext}. Replaced are threads and time, the connections between
 * peers ({@code SimulatedConnections} of the transport; greetings, streams, queues and the codec
 * above them are those of production), the admin API's HTTP ({@code SimulatedClusterClient} calls
 * what the handlers call), and the disk, which forgets in a crash what was not synced, and with
 * {@link dev.understudy.testkit.DiskFaults} breaks, fills up and damages what it holds.
 *
 * <p><b>What is checked.</b> {@link dev.understudy.testkit.invariants.ClusterInvariants} after
 * every turn of a driver; {@code dev.understudy.testkit.clients} what clients saw, in the end;
 * {@link dev.understudy.testkit.SimulatedCluster#isSettled} once every fault is healed. A new kind
 * of fault belongs into {@link dev.understudy.testkit.FaultRates} when it happens by itself, and
 * into {@link dev.understudy.testkit.SimulatedCluster} or, if a disk has it, {@code DiskFaults}
 * when a test causes it; what clients do is in {@code dev.understudy.testkit.clients}. Whole runs
 * with a random choice of faults, one for each seed, are in {@code dev.understudy.testkit.swarm},
 * of which nothing here knows.
 *
 * <p>Real machines in one process, for what speaks HTTP, are in {@code
 * dev.understudy.testkit.local}, and for JUnit in {@code dev.understudy.testkit.junit}; nothing
 * here knows them.
 *
 * <p><b>Always true here.</b> Everything left to chance is drawn from the one source of {@code
 * VirtualTime}, and nothing depends on the order of a hash: two runs with one seed are alike.
 */
package dev.understudy.testkit;
