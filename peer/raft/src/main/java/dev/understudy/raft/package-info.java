/**
 * The consensus core: a member of a Raft group without any I/O. It is given ticks, messages and
 * proposals, and returns what is to be done. It knows no file, socket, clock, thread, logger or
 * randomness of its own; two runs with the same inputs give the same outputs.
 *
 * <h2>What to read first</h2>
 *
 * {@link dev.understudy.raft.RaftCore} is the way in and {@link dev.understudy.raft.Ready} the way
 * out; {@link dev.understudy.raft.Message} is what members send each other, {@link
 * dev.understudy.raft.Storage} what is durable, {@link dev.understudy.raft.RaftConfig} how a member
 * behaves, {@link dev.understudy.raft.RaftEvents} what an operator may want to know.
 *
 * <p>Inside, {@code RaftState} holds what a member has in every role and deals with terms; one
 * {@code Behaviour} (Follower, Candidate, Leader) holds what belongs to a role and ends with it.
 * {@code Elections} deals with votes, alike for every role. A leader works through {@code
 * Replicator} (with a {@code Progress} for each member), {@code ReadQueue} and {@code
 * ConfChangeGate}. {@code RaftLog} puts the durable log and the {@code Unstable} part together.
 * {@code Membership}, {@code Majority} and {@code ConfChanger} are pure calculation; {@code
 * ReadyQueue} makes Readys.
 *
 * <h2>What the section numbers refer to</h2>
 *
 * <ul>
 *   <li>A bare number (§5.2) is a section of the paper: Ongaro and Ousterhout, <i>In Search of an
 *       Understandable Consensus Algorithm (Extended Version)</i>, 2014.
 *   <li>A number with "thesis" (thesis §9.6) is a section of Ongaro's dissertation, <i>Consensus:
 *       Bridging Theory and Practice</i>, Stanford 2014. The two are numbered differently: leader
 *       election is §5.2 and thesis §3.4; the commit rule for earlier terms §5.4.2 and thesis
 *       §3.6.2.
 * </ul>
 *
 * <h2>What is always true</h2>
 *
 * <ul>
 *   <li>One caller, one thread; nothing blocks and nothing is locked.
 *   <li>applied ≤ applying ≤ committed ≤ last index; none of the first three ever goes back.
 *   <li>Entries that are committed are never replaced; a leader never replaces an entry.
 *   <li>Only entries of its own term are committed by a leader's counting.
 *   <li>A vote and an acknowledgement, a member's own included, count only once they are durable.
 *   <li>A pre-vote changes nothing at its receiver. The term 2^64−1 is never adopted.
 *   <li>A message given to {@code step} may be malformed or a lie; only what can be checked is
 *       relied on.
 * </ul>
 *
 * <h2>A driver</h2>
 *
 * <pre>{@code
 * core.tick() | core.step(message) | core.propose(...)      // what has come
 * while (core.hasReady()) {
 *   Ready ready = core.ready();
 *   network.send(ready.sendNow());                          // beside the disk's work
 *   log.write(ready.hardState(), ready.persist(), ready.snapshot());
 *   network.send(ready.sendOncePersisted());
 *   machine.apply(ready.apply());                           // applyConfChange for each change
 *   core.advance(ready);                                    // or persisted and applied, each later
 * }
 * }</pre>
 *
 * A driver owes some more: it reports snapshots that it has sent ({@code reportSnapshot}; without a
 * report of a loss their receiver waits for ever), it hands leadership over before it removes or
 * demotes the leader (below), and it ends a member whose removal has been applied.
 *
 * <h2>Where this differs from the paper and from etcd's library</h2>
 *
 * <ul>
 *   <li>As in etcd and unlike the paper a change of the membership is in force once it is applied,
 *       not once it is appended. Both are safe, since successive configurations have overlapping
 *       quorums. The price: a leader that demotes or removes itself can be the only one to know
 *       that this is committed, and then refuse its vote, for the sake of its longer log, to
 *       members that still need it. The simulation finds such schedules; hand over first.
 *   <li>The data-driven scripts of etcd's library define what is sent and when, byte for byte.
 *   <li>A lease lasts an election timeout less one tick from when the heartbeat was <em>sent</em>
 *       that a quorum has answered; etcd lets a leader trust its lease until CheckQuorum deposes
 *       it, up to twice as long. After a timeout-now has been sent no lease counts in that term.
 *       Once a lease is over, reads need a quorum. A member that restarts within an election
 *       timeout has forgotten its leader, and with it its part of a lease: with lease-based reads
 *       let restarts take at least that long.
 *   <li>A single voter, too, answers reads only after the first commit of its term; etcd answers at
 *       once, which may be stale when it was elected without knowing what was committed.
 *   <li>Rounds of heartbeats are numbered; an answer to one answers all before, so that a read
 *       costs one number per member instead of a set of answers per read.
 *   <li>{@code applyConfChange} takes the entry's index: a change that is still being applied when
 *       a snapshot overtakes it must not undo what the snapshot brought.
 *   <li>A proposal that is refused for its size leaves no trace of the membership change in it.
 *   <li>An acknowledgement of more than the leader's log holds is ignored, and so are entries that
 *       cannot be a piece of a leader's log, before their term is taken for anything.
 *   <li>A vote says for which log it was given, and counts for no other: a request in a member's
 *       name with a better log than the member has could otherwise make it leader with a worse one,
 *       and what was acknowledged would be lost. Entries that contradict what is committed are
 *       never acknowledged, as etcd does with those at or below the commit index, and whoever sends
 *       them holds back no election. Lies that could be true are not found out: a vote or an
 *       acknowledgement in a member's name, or entries in the leader's.
 *   <li>A request for a vote from a member known as removed is denied with term 2^64−1. Its
 *       receiver reports {@link dev.understudy.raft.RaftEvents#removed}.
 * </ul>
 *
 * <h2>Figures</h2>
 *
 * By {@code CoreBenchmark} (JMH) on two shared and busy cores, OpenJDK 17, entries of 128 bytes,
 * three members in memory: from proposal until all three have applied it, one at a time 13 µs and
 * 4.2 KB allocated per entry by all three together; in batches of 64, 1.0 µs (a million entries a
 * second) and 310 B. 10,000 groups in one process: 1.4 KiB of heap per idle leader, its log
 * included; one tick of all of them, with 20,000 heartbeats, 6 ms; a quiesced tick of all 0.7 ms.
 */
package dev.understudy.raft;
