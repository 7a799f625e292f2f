/**
 * Machines as real processes on loopback: what a user starts, kills and asks.
 *
 * <p>Read {@code Machines} first: it makes {@code MachineUnderTest}es and {@code TestCluster}s for
 * a test, ends every one of them whatever the test does, and shows the ends of their logs when it
 * fails. {@code Http} asks them, {@code Writers} write to them and remember what was acknowledged,
 * and {@code RecordingClients} do all that clients do and check the history of it.
 *
 * <p>Nothing here sleeps for a fixed time: a test waits for what it expects, with a deadline far
 * beyond it. Where the product promises a time, that time is measured and printed, and fails the
 * test when it is {@code understudy.slack} times longer than promised (3 unless given: these
 * processes share their two cores with whatever else is built; {@code -Dunderstudy.slack=1} holds
 * the promises to the letter). The printed lines begin with {@code measured}.
 *
 * <p>Ports lie below those that the system gives to outgoing connections, so a machine that was
 * killed finds its own free again.
 */
package dev.understudy.it.processes;
