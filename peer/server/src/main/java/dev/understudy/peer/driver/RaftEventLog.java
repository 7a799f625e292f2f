package dev.understudy.peer.driver;

import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.peer.driver.RaftCounts.Event;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.EntryId;
import dev.understudy.raft.Message;
import dev.understudy.raft.ProposeResult;
import dev.understudy.raft.RaftEvents;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.transport.LogThrottle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens in the consensus core, as lines for an operator and as counts. Transitions are INFO,
 * once each; their details, and whatever a neighbour could repeat at will, are DEBUG. Only a
 * snapshot that cannot be written is a WARN: consensus mends all the rest by itself.
 *
 * <p>Made before the core, which it hears, and before the driver, which asks it for what needs to
 * be acted upon. For the driver's thread, which is not held up: lines are written on an executor,
 * but for those at DEBUG.
 */
public final class RaftEventLog implements RaftEvents {
  private static final Logger LOG = LoggerFactory.getLogger(RaftEventLog.class);

  private final long member;
  private final String self;
  private final MemberNames names;
  private final Executor executor;
  private final LongSupplier nanoClock;
  private final Map<Object, LogThrottle> throttles = new HashMap<>();
  private final RaftCounts counts = new RaftCounts();

  private boolean leading;
  private boolean quorumLost;

  /** Whether the next election is the first since a leader was known. */
  private boolean firstElection = true;

  /** Followed, and not told of yet, because its name is still to be applied; 0 for none. */
  private long namelessLeader;

  private long namelessLeaderTerm;

  private ConfState membership = ConfState.ofVoters();
  private OptionalLong removedBy = OptionalLong.empty();
  private OptionalLong deniedBy = OptionalLong.empty();

  /**
   * @param machine this machine's name
   * @param member its member id
   * @param names of the other members
   * @param executor writes the lines, in order; may block
   * @param nanoClock monotonic time in nanoseconds
   */
  public RaftEventLog(
      String machine, long member, MemberNames names, Executor executor, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.member = member;
    this.self = machine + " (" + HexId.text(member) + ")";
    this.names = names;
    this.executor = executor;
  }

  /** How often what has happened. */
  public RaftCounts counts() {
    return counts;
  }

  /** The names of members in lines. */
  MemberNames names() {
    return names;
  }

  /** The member that has denied this one a vote because it is removed, since the last call. */
  OptionalLong takeRemovedBy() {
    OptionalLong by = removedBy;
    removedBy = OptionalLong.empty();
    return by;
  }

  /** A member that has denied a vote, but no quorum of them has, since the last call. */
  OptionalLong takeDeniedBy() {
    OptionalLong by = deniedBy;
    deniedBy = OptionalLong.empty();
    return by;
  }

  // ---- the driver's own events

  /** Another leader is known, or none. */
  void leaderChanged(long leader, long term) {
    tellOfNamelessLeader();
    if (leader == 0) {
      info(() -> "knows no leader (term " + term + ")");
      return;
    }
    counts.add(Event.LEADER_CHANGED);
    firstElection = true;
    if (leader == member) {
      info(() -> "leads since term " + term);
      return;
    }
    namelessLeader = leader;
    namelessLeaderTerm = term;
    seatsChanged();
  }

  /** Who has just been given a seat hears of its leader before it has applied who that is. */
  void seatsChanged() {
    if (namelessLeader != 0 && names.isKnown(namelessLeader)) {
      tellOfNamelessLeader();
    }
  }

  private void tellOfNamelessLeader() {
    if (namelessLeader != 0) {
      info(() -> "follows " + names.of(namelessLeader) + " (term " + namelessLeaderTerm + ")");
      namelessLeader = 0;
    }
  }

  void snapshotSaved(SnapshotMetadata metadata) {
    info(() -> "saved a snapshot" + at(metadata));
  }

  void snapshotNotSaved(SnapshotMetadata metadata, IOException failure) {
    String why = FailureText.of(failure);
    write(
        () ->
            LOG.warn(
                "{}: the snapshot at index {} could not be written, the log keeps growing: {}",
                self,
                metadata.index(),
                why));
  }

  void snapshotSending(SnapshotMetadata metadata, long to) {
    info(() -> "sends " + names.of(to) + " the snapshot" + at(metadata));
  }

  void snapshotInstalled(SnapshotMetadata metadata) {
    counts.add(Event.SNAPSHOT_INSTALLED);
    info(() -> "restored the snapshot" + at(metadata));
  }

  private static String at(SnapshotMetadata metadata) {
    return " at index " + metadata.index() + " (term " + metadata.term() + ")";
  }

  // ---- roles and elections

  @Override
  public void electionStarting(long term) {
    // Cut off from a quorum, it tries again with every election timeout.
    if (firstElection) {
      firstElection = false;
      info(() -> "has no leader and wants an election (term " + term + ")");
    } else {
      debug(() -> "wants an election again (term " + term + ")");
    }
  }

  @Override
  public void becamePreCandidate(long term) {
    counts.add(Event.PRE_VOTE_STARTED);
    debug(() -> "asks whether it could win an election (term " + term + ")");
  }

  @Override
  public void becameCandidate(long term) {
    counts.add(Event.ELECTION_STARTED);
    info(() -> "asks for votes in term " + term);
  }

  @Override
  public void becameLeader(long term) {
    leading = true;
    counts.add(Event.ELECTION_WON);
    info(() -> "won the election of term " + term);
  }

  @Override
  public void becameFollower(long term, long leader) {
    if (leading) {
      leading = false;
      String why = quorumLost ? "it has not heard from a quorum" : "term " + term + " has begun";
      info(() -> "steps down: " + why + " (term " + term + ")");
    }
    quorumLost = false;
  }

  @Override
  public void quorumLost() {
    quorumLost = true;
    counts.add(Event.QUORUM_LOST);
  }

  @Override
  public void campaignBlocked(long term) {
    debug(() -> "does not campaign before a change of the membership is applied");
  }

  @Override
  public void higherTerm(Message message, long term) {
    debug(() -> "hears of term " + message.term() + " from " + sender(message) + ", in " + term);
  }

  @Override
  public void voteCast(Message.AnyVoteRequest request, EntryId last, long vote, long term) {
    debug(() -> (isPreVote(request) ? "promises a vote to " : "votes for ") + asked(request));
  }

  @Override
  public void voteRejected(Message.AnyVoteRequest request, EntryId last, long vote, long term) {
    debug(() -> "does not vote for " + asked(request) + ", in term " + term);
  }

  @Override
  public void voteIgnored(
      Message.AnyVoteRequest request, EntryId last, long vote, long term, int remainingTicks) {
    debug(() -> "hears its leader and does not answer the campaign of " + asked(request));
  }

  private static boolean isPreVote(Message.AnyVoteRequest request) {
    return request instanceof Message.PreVoteRequest;
  }

  private String asked(Message.AnyVoteRequest request) {
    return sender(request) + " (term " + request.term() + ")";
  }

  @Override
  public void leaderForgotten(long leader, long term) {
    info(() -> "the process of " + names.of(leader) + " has ended, which leads in term " + term);
  }

  @Override
  public void voteDenied(long member) {
    debug(() -> "denies the removed member " + names.of(member) + " a vote");
  }

  @Override
  public void removed(long from) {
    removedBy = OptionalLong.of(from);
  }

  @Override
  public void denied(long from) {
    deniedBy = OptionalLong.of(from);
    debug(() -> "was denied a vote by " + names.of(from) + ", who says that it is removed");
  }

  @Override
  public void distrusted(Message message, Distrust reason, long term, long leader) {
    counts.add(Event.DISTRUSTED);
    warnNowAndThen(
        reason,
        () ->
            "ignores a message of "
                + sender(message)
                + " for term "
                + message.term()
                + ": "
                + described(reason, term, leader));
  }

  private String described(Distrust reason, long term, long leader) {
    return switch (reason) {
      case TERM_FAR_AHEAD -> "too far ahead of term " + term;
      case RIVAL_LEADER -> "another member leads in that term";
      case STRANGER -> "it is no member known here, and " + names.of(leader) + " leads";
      case NOT_THE_LEADER -> "it does not lead";
      case FOR_ANOTHER_LOG -> "the vote is for another log, so somebody else has asked for it";
      case CONTRADICTS_COMMITTED ->
          "other entries are committed here; one of the two logs is wrong";
    };
  }

  @Override
  public void commitBeyondLog(Message.Heartbeat heartbeat, long lastIndex) {
    counts.add(Event.DISTRUSTED);
    warnNowAndThen(
        heartbeat.getClass(),
        () ->
            "is told by "
                + sender(heartbeat)
                + " that index "
                + heartbeat.commit()
                + " is committed here, but its log ends at "
                + lastIndex
                + ": was it truncated?");
  }

  @Override
  public void nonsenseIgnored(Message message) {
    counts.add(Event.NONSENSE_IGNORED);
    debug(() -> "ignores nonsense from " + sender(message) + " (term " + message.term() + ")");
  }

  private String sender(Message message) {
    return names.of(message.from());
  }

  // ---- handing over

  @Override
  public void transferStarted(long target, long term) {
    info(() -> "hands over to " + names.of(target) + " (term " + term + ")");
  }

  @Override
  public void transferAborted(long target, long term) {
    counts.add(Event.TRANSFER_ABORTED);
    info(() -> "gives up handing over to " + names.of(target) + " (term " + term + ")");
  }

  @Override
  public void timeoutNowReceived(long from, long term) {
    debug(() -> "is to take over from " + names.of(from) + " (term " + term + ")");
  }

  // ---- membership

  @Override
  public void configurationSwitched(ConfState confState) {
    if (confState.equals(membership)) {
      return;
    }
    String changes = changes(membership, confState);
    membership = confState;
    Supplier<String> line = () -> "membership: " + changes + "; " + described(confState);
    // One line in the cluster is enough, and a log that is applied again tells old stories.
    if (leading) {
      info(line);
    } else {
      debug(line);
    }
  }

  /** Names everybody, so that those who leave can still be named. */
  private String changes(ConfState before, ConfState now) {
    Set<Long> all = new TreeSet<>(membersOf(before));
    all.addAll(membersOf(now));
    List<String> changes = new ArrayList<>();
    for (long member : all) {
      String name = names.of(member);
      if (!membersOf(now).contains(member)) {
        changes.add(name + " has left");
      } else if (now.voters().contains(member) && !before.voters().contains(member)) {
        changes.add(name + " has a vote now");
      } else if (!membersOf(before).contains(member)) {
        changes.add(name + " joins as a learner, and gets its vote once it has caught up");
      } else if (now.learners().contains(member) && !before.learners().contains(member)) {
        changes.add(name + " has lost its vote");
      }
    }
    return changes.isEmpty() ? "a change is complete" : String.join(", ", changes);
  }

  private static Set<Long> membersOf(ConfState state) {
    Set<Long> members = new TreeSet<>(state.voters());
    members.addAll(state.votersOutgoing());
    members.addAll(state.learners());
    return members;
  }

  private String described(ConfState state) {
    String voters = "voters " + named(state.voters());
    String outgoing =
        state.votersOutgoing().isEmpty()
            ? ""
            : ", outgoing voters " + named(state.votersOutgoing());
    String learners = state.learners().isEmpty() ? "" : ", learners " + named(state.learners());
    return voters + outgoing + learners;
  }

  private String named(Iterable<Long> members) {
    StringBuilder text = new StringBuilder();
    for (long member : members) {
      text.append(text.length() == 0 ? "" : ", ").append(names.of(member));
    }
    return text.toString();
  }

  @Override
  public void confChangeIgnored(
      ConfChange change,
      ConfState confState,
      ProposeResult.ConfChangeRefusal reason,
      long pendingIndex,
      long applied) {
    counts.add(Event.CONF_CHANGE_REFUSED);
    debug(() -> "refuses a change of the membership for now: " + reason);
  }

  // ---- the log and snapshots

  @Override
  public void conflictFound(long index, long existingTerm, long conflictingTerm) {
    counts.add(Event.CONFLICT);
    info(
        () ->
            "has entries of term %d from index %d on where its leader has term %d; they go"
                .formatted(existingTerm, index, conflictingTerm));
  }

  @Override
  public void unstableTruncated(long fromIndex) {
    debug(() -> "cuts off entries from index " + fromIndex + " on before they are durable");
  }

  @Override
  public void unstableReplaced(long fromIndex) {
    debug(() -> "replaces all that is not durable, from index " + fromIndex + " on");
  }

  /** A transfer has ended. */
  void snapshotDelivered(long member, boolean delivered) {
    if (delivered) {
      counts.add(Event.SNAPSHOT_SENT);
    }
    debug(
        () ->
            "the snapshot for "
                + names.of(member)
                + (delivered ? " has arrived" : " did not arrive"));
  }

  @Override
  public void snapshotHandled(long commit, SnapshotMetadata metadata, boolean taken) {
    counts.add(Event.SNAPSHOT_RECEIVED);
    debug(() -> "received a snapshot" + at(metadata) + (taken ? "" : ", which is not news"));
  }

  // ---- lines

  private void info(Supplier<String> line) {
    String text = line.get();
    write(() -> LOG.info("{}: {}", self, text));
  }

  /** For what a neighbour can repeat at will and an operator should know of. */
  private void warnNowAndThen(Object kind, Supplier<String> line) {
    throttles
        .computeIfAbsent(kind, k -> new LogThrottle(nanoClock))
        .missed()
        .ifPresent(
            notice -> {
              String text = line.get();
              write(() -> LOG.warn("{}: {} ({} since the last line)", self, text, notice.missed()));
            });
  }

  private void debug(Supplier<String> line) {
    // Not by way of the executor: what a peer runs must not depend on the level of its log.
    if (LOG.isDebugEnabled()) {
      LOG.debug("{}: {}", self, line.get());
    }
  }

  private void write(Runnable line) {
    try {
      executor.execute(line);
    } catch (RejectedExecutionException e) {
      // The peer has ended around its driver, so nothing is held up.
      line.run();
    }
  }
}
