/**
 * What a peer does because it leads: notified once, acted on once.
 *
 * <p>Read first: {@link dev.understudy.peer.leadership.LeaderLoop}. The driver, which owns
 * consensus, publishes "leading since term T" or "not leading" into a {@link
 * dev.understudy.peer.driver.LatestValue} and goes on at once. One leader loop, on its own thread,
 * takes the newest value from there: it proposes a barrier, waits until the barrier is applied,
 * starts the {@link dev.understudy.peer.leadership.Duty duties} and then opens the {@link
 * dev.understudy.peer.driver.ReadGate}. Losing leadership goes the other way round, and the gate is
 * closed by the driver itself, before anything else.
 *
 * <p>Always true here:
 *
 * <ul>
 *   <li>The driver never waits for this package. {@code publish}, {@code close} and the gate take a
 *       lock that no one holds while calling out, and readers who waited are answered on another
 *       thread than the one that changed the gate.
 *   <li>A loop that is stuck (in a duty, in its log) delays the duties of later terms, never the
 *       closing of the gate. A loop that has ended by a bug ends the peer.
 *   <li>Duties run if and only if their term is the one that leads, and only one loop runs them.
 *   <li>Every wait has a deadline: barriers are retried while still leading, and duties only submit
 *       work, they do not wait for it.
 * </ul>
 *
 * <p>Adding a duty is one small class with a name, {@code start}, {@code stop} and what it does in
 * a pass, put into the list in {@code PeerAssembly.duties}. It runs from the barrier of a term to
 * its end, is fenced against what it throws, and must not block: what it requests of the cluster is
 * a future that it checks in a later pass ({@code OneAtATimeDuty} does that for it). The loop
 * measures how long each call kept it and warns beyond a second.
 *
 * <p>What is known of the machines is put together in one place, the {@link
 * dev.understudy.peer.leadership.Census}: the duties that look after seats judge by the same {@link
 * dev.understudy.clusterconfig.ServerDetails} that the plan, health, metrics and the API for
 * operators show.
 *
 * <p>Seats are looked after by four duties, each of which asks for one change at a time: {@code
 * ActiveSizeMonitor} takes one that is too many, {@code ActivityMonitor} takes that of a dead peer
 * or has {@code SeatSwap} put a standby in its place, {@code SeatPreemption} decides which standby
 * is swapped for a living peer of lower priority, and {@code LearnerPromotion} gives votes. A
 * fifth, {@code SeatCalls}, asks for nothing: it lets the best standbys know of a seat, so that
 * they come now and not with their next sync. Several of them and an operator may ask at once:
 * consensus takes one change after the other, and whether a majority is alive after it is asked
 * again when its turn has come. Autopilot's configuration says whether the dead are cleaned up and
 * what a standby must have shown before; what the cluster config says (how many seats, which
 * silence) is not said again there.
 *
 * <p>What a leader alone decides by what it alone knows, such as that a session was not renewed, is
 * proposed in its term or not at all ({@code DriverProxy.proposeIn}): a leader that was deposed
 * unawares would otherwise have its successor do it.
 *
 * <p>Where we differ from the models: Consul and Nomad run the loop of a term in a goroutine that
 * blocks in the barrier, and both dead-locked or served stale reads when leadership flapped in that
 * moment. Here a loop never blocks in anything but the wait for the next notice, so there is
 * nothing to interrupt: a barrier is a future that is checked in the next turn.
 */
package dev.understudy.peer.leadership;
