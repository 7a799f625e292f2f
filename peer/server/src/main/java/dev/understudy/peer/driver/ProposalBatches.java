package dev.understudy.peer.driver;

import dev.understudy.raft.Payload;
import dev.understudy.raft.ProposeResult;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.Role;
import dev.understudy.statemachine.CommandCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Brings the commands that wait in the inbox, or to be proposed again, into the log: on a leader
 * through consensus, on a follower by {@link Forwarding}.
 *
 * <p>For the driver's thread only.
 */
final class ProposalBatches implements Waiters {
  /** How many proposals go into the log together at most, to bound the length of a turn. */
  private static final int MAX_BATCH = 512;

  private final RaftCore core;
  private final Inbox inbox;
  private final PendingProposals proposals;
  private final RetryQueue retries;
  private final Forwarding forwarding;
  private final ClusterClock clusterClock;
  private final BooleanSupplier lowOnSpace;
  private final MemoryQuota quota;
  private final Completions completions;
  private final int maxPending;
  private final long leaderlessMillis;
  private final List<Proposal> batch = new ArrayList<>();

  /**
   * @param lowOnSpace whether the log refuses new commands
   * @param quota what a leader has no memory for
   * @param maxPending how many commands may be on their way at once
   * @param leaderlessMillis how long a command waits for somebody who takes it
   */
  ProposalBatches(
      RaftCore core,
      Inbox inbox,
      PendingProposals proposals,
      RetryQueue retries,
      Forwarding forwarding,
      ClusterClock clusterClock,
      BooleanSupplier lowOnSpace,
      MemoryQuota quota,
      Completions completions,
      int maxPending,
      long leaderlessMillis) {
    this.core = core;
    this.inbox = inbox;
    this.proposals = proposals;
    this.retries = retries;
    this.forwarding = forwarding;
    this.clusterClock = clusterClock;
    this.lowOnSpace = lowOnSpace;
    this.quota = quota;
    this.completions = completions;
    this.maxPending = maxPending;
    this.leaderlessMillis = leaderlessMillis;
  }

  /** All that waits goes into the log as one batch: one message to each peer, one write. */
  void propose(long nowMillis) {
    proposeAgain();
    inbox.takeProposals(batch, MAX_BATCH);
    refuseBeyond(maxPending - proposals.size() - retries.size());
    if (!batch.isEmpty() && core.role() == Role.LEADER) {
      quota.shortage().flatMap(Rejections::of).ifPresent(this::refuseGrowing);
    }
    if (!batch.isEmpty()) {
      settle(propose(batch), nowMillis);
    }
    batch.clear();
  }

  /** Whether no command of this peer's clients is under way. */
  boolean isQuiet() {
    return inbox.holdsNoProposal() && proposals.size() == 0 && retries.size() == 0;
  }

  private void settle(Proposed result, long nowMillis) {
    if (result instanceof Proposed.Refused refused) {
      batch.forEach(p -> completions.add(p.future(), refused.answer()));
    } else if (result instanceof Proposed.NobodyLeads nobody) {
      long until = nowMillis + leaderlessMillis;
      batch.forEach(p -> retries.hold(p, core.term(), until, nobody.answer()));
    }
  }

  private void proposeAgain() {
    if (core.role() != Role.LEADER && core.leader() == 0) {
      return; // nobody to propose to, and this comes up in every turn until there is
    }
    List<Proposal> due = retries.due(core.term(), MAX_BATCH);
    while (!due.isEmpty() && propose(due) instanceof Proposed.Taken) {
      retries.remove(due);
      due = retries.due(core.term(), MAX_BATCH);
    }
  }

  private sealed interface Proposed {
    record Taken() implements Proposed {}

    record Refused(Outcome<Object> answer) implements Proposed {}

    /** No leader is known, or the leader is handing over. */
    record NobodyLeads(Outcome<Object> answer) implements Proposed {}
  }

  private Proposed propose(List<Proposal> commands) {
    if (lowOnSpace.getAsBoolean()) {
      return new Proposed.Refused(Rejections.NO_SPACE);
    }
    boolean leading = core.role() == Role.LEADER;
    long time = leading ? clusterClock.stamp() : 0;
    List<Payload> payloads = new ArrayList<>(commands.size());
    for (Proposal proposal : commands) {
      byte[] command = proposal.command();
      payloads.add(new Payload.Normal(leading ? CommandCodec.stamped(command, time) : command));
    }
    ProposeResult result = core.propose(payloads);
    if (result instanceof ProposeResult.NotLeader refused && refused.leader().isPresent()) {
      forwarding.send(refused.leader().getAsLong(), payloads);
    } else if (result instanceof ProposeResult.NotLeader
        || result instanceof ProposeResult.Transferring) {
      return new Proposed.NobodyLeads(Rejections.of(result));
    } else if (!(result instanceof ProposeResult.Accepted)) {
      return new Proposed.Refused(Rejections.of(result));
    }
    commands.forEach(p -> proposals.add(p, core.term(), core.leader()));
    return new Proposed.Taken();
  }

  private void refuseGrowing(Outcome<Object> answer) {
    batch.removeIf(
        proposal -> {
          boolean growing = quota.takesMemory(proposal.command());
          if (growing) {
            completions.add(proposal.future(), answer);
          }
          return growing;
        });
  }

  private void refuseBeyond(int room) {
    if (batch.size() > room) {
      List<Proposal> refused = batch.subList(Math.max(0, room), batch.size());
      refused.forEach(p -> completions.add(p.future(), Rejections.TOO_MANY));
      refused.clear();
    }
  }

  @Override
  public void expire(long nowMillis) {
    inbox
        .takeExpired(nowMillis)
        .forEach(proposal -> completions.add(proposal.future(), Rejections.TOO_MANY));
  }

  @Override
  public void abandon(String cause) {
    inbox
        .remainingProposals()
        .forEach(proposal -> completions.add(proposal.future(), Rejections.stopping()));
    // Not empty only when a bug has ended the turn that was about to propose it.
    batch.forEach(
        proposal ->
            completions.add(
                proposal.future(), new Outcome.Unknown<>("this peer failed while it proposed it")));
    batch.clear();
  }
}
