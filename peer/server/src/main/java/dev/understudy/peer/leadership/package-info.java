/**
 * What a peer does because it leads: told once, acted on once.
 *
 * <p>Read first: {@link dev.understudy.peer.leadership.LeaderLoop}. The driver, which owns
 * consensus, publishes "leading since term T" or "not leading" into a {@link
 * dev.understudy.peer.leadership.LatestValue} and goes on at once. One leader loop, on a thread of
 * its own, takes the newest value from there: it proposes a barrier, waits until the barrier is
 * applied, starts the {@link dev.understudy.peer.leadership.Duty duties} and then opens the {@link
 * dev.understudy.peer.leadership.ReadGate}. Losing leadership goes the other way round, and the
 * gate is closed by the driver itself, before anything else.
 *
 * <p>Always true here:
 *
 * <ul>
 *   <li>The driver never waits for this package. {@code publish} and {@code close} take a lock that
 *       no one holds while calling out.
 *   <li>Duties run if and only if their term is the one that leads, and only one loop runs them.
 *   <li>Every wait has a deadline: barriers are retried while still leading, and duties only submit
 *       work, they do not wait for it.
 * </ul>
 *
 * <p>Where we differ from the models: Consul and Nomad run the loop of a term in a goroutine that
 * blocks in the barrier, and both dead-locked or served stale reads when leadership flapped in that
 * moment. Here a loop never blocks in anything but the wait for the next notice, so there is
 * nothing to interrupt: a barrier is a future that is looked at in the next turn.
 */
package dev.understudy.peer.leadership;
