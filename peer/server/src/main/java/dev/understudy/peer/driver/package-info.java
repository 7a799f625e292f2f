/**
 * The one loop that owns consensus and state machine.
 *
 * <p>Read first: {@link dev.understudy.peer.driver.Driver}, the loop, and {@link
 * dev.understudy.peer.driver.DriverProxy}, which any thread may call: it puts a request into the
 * driver's {@link dev.understudy.peer.driver.Inbox} and returns a future. One turn of the driver
 * moves the logical clock, steps what came from other peers, proposes all that waits as one batch,
 * and turns what the core then owes (a {@link dev.understudy.raft.Ready}) into work: messages to
 * the network, entries to the log's thread, committed entries to the state machine.
 *
 * <p>Always true here:
 *
 * <ul>
 *   <li>The driver's thread waits for nothing but its inbox: not for the disk, not for the network,
 *       not for a reader of an answer. Storage is asynchronous; a slow disk does not hold up
 *       heartbeats.
 *   <li>Nothing is acknowledged to a peer or to a client before it is durable here, and nothing to
 *       a client before it is committed and applied here.
 *   <li>Every future completes: with an answer, with the certainty that nothing happened, or, at
 *       its deadline, with "unknown".
 *   <li>A command is committed once at most: it is proposed for one term, goes to that term's
 *       leader once, and is proposed again only in a later term, when the first copy certainly
 *       comes to nothing. That certainty comes with an applied entry of a later term, or from the
 *       leader itself, who says which commands it has refused ({@link
 *       dev.understudy.transport.RejectedProposals}); consensus knows nothing of that.
 *   <li>A leader that is silent is replaced after an election timeout, by the core. One whose
 *       process has ended, as the network reports, is replaced at once ({@code EarlyElection}):
 *       those who followed it forget it and campaign in turn. Pre-votes and the leases of all who
 *       still hear from the leader stand in the way of a mistake. Commands that arrive meanwhile
 *       wait for half an election timeout.
 *   <li>Answers are given out in batches on another executor, so nothing that hangs on a future
 *       runs on this thread.
 * </ul>
 *
 * <p>The driver is an {@link dev.understudy.peer.driver.Agent}, separate from the thread that turns
 * it ({@link dev.understudy.peer.driver.AgentRunner}), so a test or a simulation can turn it by
 * hand. Whatever waits here for an outcome is a {@link dev.understudy.peer.driver.Waiters}; a
 * <em>result</em> is known at once, an <em>outcome</em> later. Both ends of the forwarding of
 * proposals are {@link dev.understudy.peer.driver.Forwarding}; what an operator is to know of
 * elections, conflicts and snapshots is {@link dev.understudy.peer.driver.RaftEventLog}.
 */
package dev.understudy.peer.driver;
