/**
 * Real clusters in one process, for tests of applications: whole machines on free ports of
 * loopback, with real sockets, files and threads, and switches for what happens to clusters.
 *
 * <p>Read first: {@link dev.understudy.testkit.local.Cluster}; for JUnit, {@code
 * dev.understudy.testkit.junit}. Where a test is to see thousands of schedules, with lost messages,
 * torn writes and virtual time, the simulation one package up is the better place; this one is for
 * code that speaks HTTP.
 *
 * <p>How faults are made: {@code Cables} ends the connections that machines have made to each other
 * and lets them make no new ones; {@code MachineSurroundings} moves a machine's clocks, and holds
 * everything up that asks them, requests too, while the machine is paused.
 */
package dev.understudy.testkit.local;
