/**
 * A machine with a seat.
 *
 * <p>Read first: {@link dev.understudy.peer.PeerAssembly}, the only place where the parts of a peer
 * are put together. It starts no thread. {@link dev.understudy.peer.PeerServer} begins and ends one
 * life of a peer with it. Everything of the world comes in by {@link
 * dev.understudy.peer.PeerContext}: clocks, network, randomness, and by {@link
 * dev.understudy.peer.PeerRunner} the timer, the executors and what turns the loops. In production
 * these are threads; a simulation gives the same server a context of its own and turns the same
 * loops by hand, many peers to one thread and one seed.
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
 * one has the driver confirm with a quorum that this is still the cluster's state, together with
 * all others that wait; nothing is written.
 *
 * <p>A read can meet three different "not yet", from the inside out. The consensus core postpones a
 * read index until an entry of its own term is committed (its {@code ReadQueue}; §6.4 of the Raft
 * thesis): before, a new leader does not know what its predecessors committed. The {@link
 * dev.understudy.peer.driver.ReadGate} holds linearizable reads on a leader until the barrier of
 * its term is applied here and its duties run: the core speaks of what is committed, the gate of
 * what a leader has taken up. {@code ClientBackend.caughtUp} holds every read, a plain one too,
 * until this peer has applied what was committed when it started or was given its seat: a peer that
 * has just joined would show an empty tree, and one that restarts an old one.
 *
 * <p>A peer has two doors: {@link dev.understudy.peer.PeerClientBackend} is what the client API
 * sees of it, {@link dev.understudy.peer.ClusterAdmin} what the admin API does. {@code leadership}
 * holds what only a leader does. Whoever owns the ports hangs the peer's handlers under them; this
 * package opens no port.
 *
 * <p>Threads of a running peer, all made by {@link dev.understudy.peer.PeerThreads}, all ended by
 * {@code close}:
 *
 * <ul>
 *   <li>{@code driver-}: the driver's; owns consensus and the state machine
 *   <li>{@code wal-}: the log's; writes and syncs, and calls the driver's inbox
 *   <li>{@code wal-…-spare}: makes the log's next segment ahead
 *   <li>{@code leader-}: the leader loop's; idle on a follower
 *   <li>{@code answers-}: completes what clients wait for, and informs the owner
 *   <li>{@code snapshots-}: writes and prunes snapshots
 *   <li>{@code timer-}: deadlines of reads at the gate, the transport's back-off and inspections
 * </ul>
 */
package dev.understudy.peer;
