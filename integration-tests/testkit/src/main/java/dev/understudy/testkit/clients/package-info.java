/**
 * Clients of simulated clusters. They go to machines as real ones do: to any, from a standby to the
 * leader, and to another when one cannot; and they record everything in a {@link
 * dev.understudy.testkit.history.History}.
 *
 * <p>Read first: {@link dev.understudy.testkit.clients.Clients}. {@code Door} is what the HTTP
 * handlers do with a request; {@code Session} the way of one call between machines, and {@code
 * SimulatedWatcher} that of a watch.
 *
 * <p><b>Always true here.</b> All chance is drawn from the cluster's time, in whose events
 * everything happens; nothing blocks. An outcome counts as <i>failed</i> only where the handler
 * says so or no process took the call; whatever else goes wrong leaves it unknown.
 */
package dev.understudy.testkit.clients;
