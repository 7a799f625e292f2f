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
 * <p>Below, {@code ->} stays on a thread and {@code =>} hands over to another one.
 *
 * <p>The way of a write on a leader, five hand-offs:
 *
 * <pre>
 * HTTP     HttpListener -&gt; SwitchHandler -&gt; UnavailableHandler -&gt; Door -&gt; RouteTable -&gt; KeysHandler
 *          -&gt; BodyReader -&gt; Form -&gt; KeyRequest -&gt; Authorizer -&gt; KeyOperations      parse, permit
 *          -&gt; PeerClientBackend -&gt; DriverProxy -&gt; CommandCodec -&gt; Inbox            a typed Command
 * =&gt; driver  Driver -&gt; ProposalBatches -&gt; RaftCore                      all that waits, one batch
 *          -&gt; ReadyHandler -&gt; HttpTransport -&gt; SendQueue  =&gt; HTTP client  to the followers, and
 *          -&gt; ReadyHandler -&gt; Wal -&gt; AppendQueue  =&gt; wal  WalLoop -&gt; LogWriter   one sync for all
 * =&gt; driver  ReadyHandler -&gt; MemoryStorage -&gt; RaftCore                 a majority has it on disk
 *          -&gt; Applier -&gt; StateMachine -&gt; KeySpace -&gt; Store -&gt; Watchers      a new version, shown
 *          -&gt; PendingProposals -&gt; Completions                   the answers of a turn, together
 * =&gt; answers PeerClientBackend -&gt; KeysHandler -&gt; EventJson -&gt; HttpExchange
 * </pre>
 *
 * <p>On a follower {@code ProposalBatches} gives the batch to {@code Forwarding}, which sends it to
 * the leader of its term; the leader's {@code Forwarding} proposes it, or names what it refused. A
 * write is answered by the peer that was asked, once it has applied the entry itself.
 *
 * <p>A plain read takes the present version of the tree on the thread that read the request. A
 * linearizable one has a quorum confirm that this still is the cluster's state, together with all
 * others that wait; nothing is written:
 *
 * <pre>
 * HTTP     KeysHandler -&gt; PeerClientBackend -&gt; LinearizableReads -&gt; ReadGate -&gt; DriverProxy -&gt; Inbox
 * =&gt; driver  PendingReads -&gt; RaftCore -&gt; ReadQueue -&gt; ReadyHandler -&gt; SendQueue      heartbeats
 * =&gt; HTTP client, to the others; what they answer: Inbound -&gt; DriverProxy -&gt; Inbox
 * =&gt; driver  RaftCore -&gt; ReadQueue -&gt; PendingReads -&gt; Completions       once the index is applied
 * =&gt; answers LinearizableReads -&gt; ReadGate -&gt; KeysHandler -&gt; Version
 * </pre>
 *
 * <p>A join, asked for by a standby on the peer port; a removal is the same with {@code
 * MachineRemoval} in place of {@code JoinRequest}:
 *
 * <pre>
 * HTTP     Door -&gt; RouteTable -&gt; AdminApi -&gt; JoinRequest -&gt; PeerClusterAdmin -&gt; Registry.judge
 *          -&gt; DriverProxy -&gt; Inbox
 * =&gt; driver  MembershipQueue -&gt; RaftCore -&gt; ConfChangeGate                   one change at a time
 * =&gt; wal =&gt; driver  Applier -&gt; StateMachine -&gt; Seats -&gt; Registry.judge again -&gt; KeySpace
 *          -&gt; RaftCore.applyConfChange -&gt; Driver -&gt; HttpTransport.setPeers -&gt; PendingEntries
 * =&gt; answers PeerClusterAdmin -&gt; AdminApi -&gt; HttpExchange                  the id of the new member
 * </pre>
 *
 * <p>When a peer is dead and all seats are taken, a standby that joins comes as a learner without a
 * seat: {@code PeerClusterAdmin -> UnderstudyJoin -> SeatSwap.begin}. Once it has caught up, {@code
 * SeatSwap} proposes one change that takes the dead member's seat and vote away and gives both to
 * the learner.
 *
 * <p>The one that joined starts a {@code PeerServer} as a learner; the leader's {@code
 * LearnerPromotion} gives it its vote. The one that is removed applies the entry itself, or a peer
 * denies it a vote, or it asks after a time out of touch: in each case {@code PeerEvents.removed}
 * reaches the machine's mode loop by the answers' thread, and the machine becomes a standby.
 *
 * <p>A replica is a peer without a seat, whose standby syncs with the leader. {@code Replicas}
 * gives it an id and has the driver send it the log ({@code RaftCore.observe}): it follows as a
 * learner does, but is in no configuration, so that machines which come and go write nothing into
 * the log, an older release never reads of them, and no quorum can count them. What it acknowledges
 * moves its own progress alone. It dials nobody; the leader comes to it. A join under its id makes
 * it a learner of whom nothing is known yet, and the log that it has makes that short.
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
 * <p>Beside log and snapshots a peer's directory holds: {@code incarnation} and {@code starts},
 * which start of the directory this is and which there were; {@code clock}, how far the cluster's
 * time has come; {@code promised}, whom a machine without a log follows as founder; {@code
 * unfinished} and {@code dropped}, the marks of a beginning that was interrupted and of data that
 * were dropped.
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
