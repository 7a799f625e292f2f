package dev.understudy.raft;

import java.util.Objects;

/**
 * How a core behaves. One object serves any number of groups.
 *
 * @param electionTicks the ticks without a leader's word after which a follower may campaign; the
 *     actual timeout is drawn from [electionTicks, 2·electionTicks)
 * @param heartbeatTicks the ticks between two heartbeats of a leader
 * @param preVote whether to ask first if an election could be won
 * @param checkQuorum whether a leader steps down when it has not heard from a quorum for an
 *     election timeout, and members refuse to vote while they hear from a leader
 * @param reads how linearizable reads are made safe
 * @param asyncStorageWrites whether Readys are acknowledged in two steps, {@link
 *     RaftCore#persisted} and {@link RaftCore#applied}, with several outstanding
 * @param stepDownOnRemoval whether a leader that applies its own removal or demotion steps down
 * @param forwardProposals whether a follower sends proposals on to the leader
 * @param validateConfChanges whether a leader refuses changes of the membership at a bad moment
 * @param limits limits of sizes and counts
 */
public record RaftConfig(
    int electionTicks,
    int heartbeatTicks,
    boolean preVote,
    boolean checkQuorum,
    ReadOption reads,
    boolean asyncStorageWrites,
    boolean stepDownOnRemoval,
    boolean forwardProposals,
    boolean validateConfChanges,
    Limits limits) {
  /** No limit. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /**
   * Ten heartbeats per election: one lost packet must not depose a leader. PreVote and CheckQuorum
   * keep a member that comes back from disturbing the group, and a leader that is cut off from
   * believing in itself. Reads ask a quorum, since clocks may stop. A removed leader steps down,
   * because it cannot take proposals any more. Proposals are forwarded, so that any member can take
   * a write.
   */
  public static final RaftConfig DEFAULT =
      new RaftConfig(10, 1, true, true, ReadOption.SAFE, false, true, true, true, Limits.DEFAULT);

  /**
   * Limits of sizes and counts. Sizes in bytes.
   *
   * @param messageBytes entries in one append message; at least one entry is always sent
   * @param inflightMessages append messages to one member that it has not acknowledged
   * @param inflightBytes payload in such messages; may be overshot by one message
   * @param uncommittedBytes payload that a leader has appended and not yet seen applied; beyond,
   *     proposals are refused
   * @param applyingBytes entries handed out to be applied and not acknowledged
   * @param pendingReads read requests that a leader has not answered yet
   */
  public record Limits(
      long messageBytes,
      int inflightMessages,
      long inflightBytes,
      long uncommittedBytes,
      long applyingBytes,
      int pendingReads) {
    /**
     * A message of 1 MiB amortizes its costs and does not hold up heartbeats for long. 256 messages
     * in flight fill a link of 100 ms round trip at 2,500 messages a second; 64 MiB of them are
     * what a slow member may pin in memory. 128 MiB of uncommitted entries are the most that a
     * leader without a quorum collects. 16 MiB per batch to apply keep the applying thread
     * responsive. 10,000 reads are more than clients wait with.
     */
    public static final Limits DEFAULT =
        new Limits(1 << 20, 256, 64L << 20, 128L << 20, 16L << 20, 10_000);

    /** None, for tests and simulations. */
    public static final Limits NONE =
        new Limits(
            UNLIMITED, Integer.MAX_VALUE, UNLIMITED, UNLIMITED, UNLIMITED, Integer.MAX_VALUE);

    public Limits {
      Check.argument(messageBytes >= 0, "messageBytes must not be negative");
      Check.argument(inflightMessages > 0, "inflightMessages must be positive");
      Check.argument(inflightBytes > 0, "inflightBytes must be positive");
      Check.argument(uncommittedBytes > 0, "uncommittedBytes must be positive");
      Check.argument(applyingBytes > 0, "applyingBytes must be positive");
      Check.argument(pendingReads > 0, "pendingReads must be positive");
    }

    /** With another limit for one message. */
    public Limits withMessageBytes(long bytes) {
      return new Limits(
          bytes, inflightMessages, inflightBytes, uncommittedBytes, applyingBytes, pendingReads);
    }

    /** With another window of messages in flight. */
    public Limits withInflight(int messages, long bytes) {
      return new Limits(
          messageBytes, messages, bytes, uncommittedBytes, applyingBytes, pendingReads);
    }

    /** With another limit for what waits to be committed and applied. */
    public Limits withUncommittedBytes(long bytes) {
      return new Limits(
          messageBytes, inflightMessages, inflightBytes, bytes, applyingBytes, pendingReads);
    }

    /** With another limit for what is being applied. */
    public Limits withApplyingBytes(long bytes) {
      return new Limits(
          messageBytes, inflightMessages, inflightBytes, uncommittedBytes, bytes, pendingReads);
    }

    /** With another limit for reads that wait. */
    public Limits withPendingReads(int count) {
      return new Limits(
          messageBytes, inflightMessages, inflightBytes, uncommittedBytes, applyingBytes, count);
    }
  }

  public RaftConfig {
    Objects.requireNonNull(reads, "reads");
    Objects.requireNonNull(limits, "limits");
    Check.argument(heartbeatTicks > 0, "heartbeatTicks must be positive");
    Check.argument(
        electionTicks > heartbeatTicks, "electionTicks must be more than heartbeatTicks");
    Check.argument(electionTicks < 1 << 30, "electionTicks is too large");
    Check.argument(
        reads == ReadOption.SAFE || checkQuorum,
        "lease-based reads need checkQuorum: without it no lease holds");
  }

  /** With other timeouts. */
  public RaftConfig withTicks(int election, int heartbeat) {
    return new RaftConfig(
        election,
        heartbeat,
        preVote,
        checkQuorum,
        reads,
        asyncStorageWrites,
        stepDownOnRemoval,
        forwardProposals,
        validateConfChanges,
        limits);
  }

  /** With or without PreVote. */
  public RaftConfig withPreVote(boolean on) {
    return new RaftConfig(
        electionTicks,
        heartbeatTicks,
        on,
        checkQuorum,
        reads,
        asyncStorageWrites,
        stepDownOnRemoval,
        forwardProposals,
        validateConfChanges,
        limits);
  }

  /** With or without CheckQuorum. */
  public RaftConfig withCheckQuorum(boolean on) {
    return new RaftConfig(
        electionTicks,
        heartbeatTicks,
        preVote,
        on,
        reads,
        asyncStorageWrites,
        stepDownOnRemoval,
        forwardProposals,
        validateConfChanges,
        limits);
  }

  /** With another way to make reads safe. */
  public RaftConfig withReads(ReadOption option) {
    return new RaftConfig(
        electionTicks,
        heartbeatTicks,
        preVote,
        checkQuorum,
        option,
        asyncStorageWrites,
        stepDownOnRemoval,
        forwardProposals,
        validateConfChanges,
        limits);
  }

  /** With or without asynchronous storage. */
  public RaftConfig withAsyncStorageWrites(boolean on) {
    return new RaftConfig(
        electionTicks,
        heartbeatTicks,
        preVote,
        checkQuorum,
        reads,
        on,
        stepDownOnRemoval,
        forwardProposals,
        validateConfChanges,
        limits);
  }

  /** Whether a removed leader steps down. */
  public RaftConfig withStepDownOnRemoval(boolean on) {
    return new RaftConfig(
        electionTicks,
        heartbeatTicks,
        preVote,
        checkQuorum,
        reads,
        asyncStorageWrites,
        on,
        forwardProposals,
        validateConfChanges,
        limits);
  }

  /** Whether followers forward proposals. */
  public RaftConfig withForwardProposals(boolean on) {
    return new RaftConfig(
        electionTicks,
        heartbeatTicks,
        preVote,
        checkQuorum,
        reads,
        asyncStorageWrites,
        stepDownOnRemoval,
        on,
        validateConfChanges,
        limits);
  }

  /** Whether a leader refuses changes of the membership at a bad moment. */
  public RaftConfig withValidateConfChanges(boolean on) {
    return new RaftConfig(
        electionTicks,
        heartbeatTicks,
        preVote,
        checkQuorum,
        reads,
        asyncStorageWrites,
        stepDownOnRemoval,
        forwardProposals,
        on,
        limits);
  }

  /** With other limits. */
  public RaftConfig withLimits(Limits other) {
    return new RaftConfig(
        electionTicks,
        heartbeatTicks,
        preVote,
        checkQuorum,
        reads,
        asyncStorageWrites,
        stepDownOnRemoval,
        forwardProposals,
        validateConfChanges,
        other);
  }
}
