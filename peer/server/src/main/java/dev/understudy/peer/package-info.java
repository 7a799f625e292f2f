/**
 * A machine with a seat.
 *
 * <p>Read first: {@link dev.understudy.peer.PeerServer}, which puts the rooms together and starts
 * and stops them.
 *
 * <p>The way of a write:
 *
 * <ol>
 *   <li>{@code http} parses the request on the thread that read it and makes an operation of it.
 *   <li>{@link dev.understudy.peer.PeerClientBackend} makes a {@link
 *       dev.understudy.statemachine.Command} of it, whose type says what its result will be. The
 *       {@code driver} encodes it and puts it into its inbox, and proposes all that waits as one
 *       batch. On a follower the batch goes to the leader.
 *   <li>The leader stamps its time on each command and appends them. {@code transport} carries them
 *       to the others while the log's thread writes and syncs them here: one write and one sync for
 *       all that waits.
 *   <li>Once a majority has them on disk they are committed, and {@code statemachine} applies each
 *       to the part of the state that it belongs to; for a write, to a new version of the key tree.
 *   <li>The driver gathers the answers of its turn and gives them out together on another thread;
 *       {@code http} writes the responses there.
 * </ol>
 *
 * <p>A plain read takes the present version of the tree and touches none of this. A linearizable
 * one has the driver ask a quorum whether this is still the cluster's state, together with all
 * others that wait; nothing is written.
 *
 * <p>A peer has two doors: {@link dev.understudy.peer.PeerClientBackend} is what the client API
 * sees of it, {@link dev.understudy.peer.ClusterAdmin} what the admin API does. {@code leadership}
 * holds what only a leader does. Whoever owns the ports hangs the peer's handlers under them; this
 * package opens no port.
 *
 * <p>Threads of a running peer: the driver's, the log's, the leader loop's, one that gives out
 * answers, one for snapshots and one for the transport's timers. All end with {@code close}.
 */
package dev.understudy.peer;
