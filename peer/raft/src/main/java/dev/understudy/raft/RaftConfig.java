package dev.understudy.raft;

import java.util.function.Consumer;

/**
 * How a core behaves. Immutable; one object serves any number of groups. {@link #DEFAULT} is the
 * place to begin; each {@code with…} returns a changed copy, and every copy is validated.
 *
 * @param electionTicks the ticks without a message from a leader after which a follower may
 *     campaign; the actual timeout is drawn from [electionTicks, 2·electionTicks). 10 by default,
 *     which is ten heartbeats: one lost packet must not depose a leader.
 * @param heartbeatTicks the ticks between two heartbeats of a leader; less than {@code
 *     electionTicks}. 1 by default: the tick is chosen to suit the network.
 * @param maxSizePerMsg the bytes of entries in one append message; at least one entry is always
 *     sent, so 0 sends them one by one. 1 MiB by default: it amortizes the cost of a message and
 *     does not delay heartbeats for long.
 * @param maxInflightMsgs the append messages to one member that it has not acknowledged. 256 by
 *     default: they fill a link of 100 ms round trip at 2,500 messages a second.
 * @param maxInflightBytes the bytes of payload in such messages; the last message may exceed it, so
 *     it may be less than {@code maxSizePerMsg}. 64 MiB by default: as much as one slow member may
 *     pin in memory.
 * @param maxUncommittedSize the bytes of payload that a leader has appended and not yet seen
 *     applied; beyond, proposals are refused. 128 MiB by default: the most that a leader without a
 *     quorum collects.
 * @param maxCommittedSizePerReady the bytes of committed entries handed out to be applied and not
 *     acknowledged, in one Ready or several; at least one entry is always handed out. 16 MiB by
 *     default: batches of that size keep the applying thread responsive.
 * @param maxPendingReads the read requests that a leader has not answered yet; beyond, they are
 *     dropped. 10,000 by default: more than the clients of one peer wait with at once.
 * @param preVote whether a member first checks if it could win an election (thesis §9.6). On by
 *     default: a member that comes back then disturbs nobody.
 * @param checkQuorum whether a leader steps down when it has not heard from a quorum for an
 *     election timeout, and members refuse to vote while they hear from a leader (thesis §6.2,
 *     §4.2.3). On by default: otherwise a leader that is cut off goes on believing that it leads.
 * @param leaseReads whether a leader that has lately heard from a quorum answers reads without
 *     asking it again (thesis §6.4.1). Needs {@code checkQuorum}, here and on every other member,
 *     and clocks that run at about the same speed. Off by default, because clocks may stop: each
 *     read is then confirmed by a round of heartbeats, which depends on no clock.
 * @param asyncStorageWrites whether Readys are acknowledged in two steps, {@link
 *     RaftCore#persisted} and {@link RaftCore#applied}, with several outstanding. Off by default:
 *     {@link RaftCore#advance} is simpler for a driver.
 * @param stepDownOnRemoval whether a leader that applies its own removal or demotion steps down. On
 *     by default: it cannot take proposals any more.
 * @param forwardProposals whether a follower sends proposals on to the leader. On by default, so
 *     that any member can take a write; a driver that forwards by itself switches it off and gets
 *     {@link ProposeResult.NotLeader}.
 * @param validateConfChanges whether a leader refuses changes of the membership while another one
 *     is pending or the configuration does not allow them (thesis §4.1, §4.3). On by default; off
 *     only where the application makes sure of that.
 * @param observer whether a snapshot is taken over that does not name this member: it follows a
 *     group that it is no member of yet, see {@link RaftCore#observe}. Off by default: such a
 *     snapshot is then a mistake, or this member was removed.
 */
public record RaftConfig(
    int electionTicks,
    int heartbeatTicks,
    long maxSizePerMsg,
    long maxInflightMsgs,
    long maxInflightBytes,
    long maxUncommittedSize,
    long maxCommittedSizePerReady,
    long maxPendingReads,
    boolean preVote,
    boolean checkQuorum,
    boolean leaseReads,
    boolean asyncStorageWrites,
    boolean stepDownOnRemoval,
    boolean forwardProposals,
    boolean validateConfChanges,
    boolean observer) {
  /** The value of a limit that does not limit. */
  public static final long NO_LIMIT = Long.MAX_VALUE;

  /** All defaults; the reasons are given with each field. */
  public static final RaftConfig DEFAULT = new Draft().build();

  /**
   * Validates.
   *
   * @throws IllegalArgumentException if a value is out of range, or values do not go together
   */
  public RaftConfig {
    Check.argument(heartbeatTicks > 0, "heartbeatTicks must be positive");
    Check.argument(
        electionTicks > heartbeatTicks, "electionTicks must be more than heartbeatTicks");
    Check.argument(electionTicks < 1 << 30, "electionTicks is too large");
    Check.argument(maxSizePerMsg >= 0, "maxSizePerMsg must not be negative");
    Check.argument(maxInflightMsgs > 0, "maxInflightMsgs must be positive");
    Check.argument(maxInflightBytes > 0, "maxInflightBytes must be positive");
    Check.argument(maxUncommittedSize > 0, "maxUncommittedSize must be positive");
    Check.argument(maxCommittedSizePerReady > 0, "maxCommittedSizePerReady must be positive");
    Check.argument(maxPendingReads > 0, "maxPendingReads must be positive");
    Check.argument(
        !leaseReads || checkQuorum, "leaseReads needs checkQuorum: without it no lease holds");
  }

  /** With other timeouts. */
  public RaftConfig withTicks(int election, int heartbeat) {
    return with(
        draft -> {
          draft.electionTicks = election;
          draft.heartbeatTicks = heartbeat;
        });
  }

  /** With another {@link #maxSizePerMsg}. */
  public RaftConfig withMaxSizePerMsg(long bytes) {
    return with(draft -> draft.maxSizePerMsg = bytes);
  }

  /** With another {@link #maxInflightMsgs}. */
  public RaftConfig withMaxInflightMsgs(long count) {
    return with(draft -> draft.maxInflightMsgs = count);
  }

  /** With another {@link #maxInflightBytes}. */
  public RaftConfig withMaxInflightBytes(long bytes) {
    return with(draft -> draft.maxInflightBytes = bytes);
  }

  /** With another {@link #maxUncommittedSize}. */
  public RaftConfig withMaxUncommittedSize(long bytes) {
    return with(draft -> draft.maxUncommittedSize = bytes);
  }

  /** With another {@link #maxCommittedSizePerReady}. */
  public RaftConfig withMaxCommittedSizePerReady(long bytes) {
    return with(draft -> draft.maxCommittedSizePerReady = bytes);
  }

  /** With another {@link #maxPendingReads}. */
  public RaftConfig withMaxPendingReads(long count) {
    return with(draft -> draft.maxPendingReads = count);
  }

  /** With {@link #preVote} on or off. */
  public RaftConfig withPreVote(boolean on) {
    return with(draft -> draft.preVote = on);
  }

  /** With {@link #checkQuorum} on or off. */
  public RaftConfig withCheckQuorum(boolean on) {
    return with(draft -> draft.checkQuorum = on);
  }

  /** With {@link #leaseReads} on or off; {@link #checkQuorum} must be on first. */
  public RaftConfig withLeaseReads(boolean on) {
    return with(draft -> draft.leaseReads = on);
  }

  /** With {@link #asyncStorageWrites} on or off. */
  public RaftConfig withAsyncStorageWrites(boolean on) {
    return with(draft -> draft.asyncStorageWrites = on);
  }

  /** With {@link #stepDownOnRemoval} on or off. */
  public RaftConfig withStepDownOnRemoval(boolean on) {
    return with(draft -> draft.stepDownOnRemoval = on);
  }

  /** With {@link #forwardProposals} on or off. */
  public RaftConfig withForwardProposals(boolean on) {
    return with(draft -> draft.forwardProposals = on);
  }

  /** With {@link #validateConfChanges} on or off. */
  public RaftConfig withValidateConfChanges(boolean on) {
    return with(draft -> draft.validateConfChanges = on);
  }

  /** With {@link #observer} on or off. */
  public RaftConfig withObserver(boolean on) {
    return with(draft -> draft.observer = on);
  }

  private RaftConfig with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.build();
  }

  /** The fields by name, so that no long list of arguments is repeated for each copy. */
  private static final class Draft {
    private int electionTicks = 10;
    private int heartbeatTicks = 1;
    private long maxSizePerMsg = 1L << 20;
    private long maxInflightMsgs = 256;
    private long maxInflightBytes = 64L << 20;
    private long maxUncommittedSize = 128L << 20;
    private long maxCommittedSizePerReady = 16L << 20;
    private long maxPendingReads = 10_000;
    private boolean preVote = true;
    private boolean checkQuorum = true;
    private boolean leaseReads;
    private boolean asyncStorageWrites;
    private boolean stepDownOnRemoval = true;
    private boolean forwardProposals = true;
    private boolean validateConfChanges = true;
    private boolean observer;

    Draft() {}

    Draft(RaftConfig from) {
      electionTicks = from.electionTicks;
      heartbeatTicks = from.heartbeatTicks;
      maxSizePerMsg = from.maxSizePerMsg;
      maxInflightMsgs = from.maxInflightMsgs;
      maxInflightBytes = from.maxInflightBytes;
      maxUncommittedSize = from.maxUncommittedSize;
      maxCommittedSizePerReady = from.maxCommittedSizePerReady;
      maxPendingReads = from.maxPendingReads;
      preVote = from.preVote;
      checkQuorum = from.checkQuorum;
      leaseReads = from.leaseReads;
      asyncStorageWrites = from.asyncStorageWrites;
      stepDownOnRemoval = from.stepDownOnRemoval;
      forwardProposals = from.forwardProposals;
      validateConfChanges = from.validateConfChanges;
      observer = from.observer;
    }

    RaftConfig build() {
      return new RaftConfig(
          electionTicks,
          heartbeatTicks,
          maxSizePerMsg,
          maxInflightMsgs,
          maxInflightBytes,
          maxUncommittedSize,
          maxCommittedSizePerReady,
          maxPendingReads,
          preVote,
          checkQuorum,
          leaseReads,
          asyncStorageWrites,
          stepDownOnRemoval,
          forwardProposals,
          validateConfChanges,
          observer);
    }
  }
}
