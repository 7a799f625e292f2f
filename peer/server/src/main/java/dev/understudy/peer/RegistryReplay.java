package dev.understudy.peer;

import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.Payload;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.SeatResult;
import dev.understudy.statemachine.StateImage;
import dev.understudy.statemachine.StateMachine;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a log says of the seats, before the peer whose log it is runs: the snapshot's registry and
 * the committed commands after it that {@linkplain StateMachine#countsBeforeStart count} for it.
 * All others are left to the peer.
 */
final class RegistryReplay {
  private final StateMachine scratch = new StateMachine(1);

  /** Who may have lost its seat, but not its vote before the joint configuration is left. */
  private final Set<Long> outgoing = new HashSet<>();

  private RegistryReplay(Optional<StateImage> snapshot, ConfState members) {
    snapshot.ifPresent(scratch::restore);
    outgoing.addAll(members.votersOutgoing());
  }

  /**
   * The seats as of the last entry that is known to be committed.
   *
   * @param members those of the snapshot
   */
  static Registry of(
      Optional<StateImage> snapshot, ConfState members, List<Entry> entries, long commitIndex) {
    RegistryReplay replay = new RegistryReplay(snapshot, members);
    for (Entry entry : entries) {
      if (entry.index() <= commitIndex) {
        replay.replay(entry);
      }
    }
    return replay.scratch.registry().whileVoting(replay.outgoing);
  }

  private void replay(Entry entry) {
    if (entry.payload() instanceof Payload.Change change) {
      SeatResult result = scratch.applyMembership(entry.index(), change.change());
      if (!(result instanceof SeatResult.Refused)) {
        followMembers(change.change());
      }
      return;
    }
    byte[] data = ((Payload.Normal) entry.payload()).data();
    if (data.length > 0) {
      CommandCodec.read(data).ifPresent(envelope -> replay(entry.index(), envelope));
    }
  }

  private void followMembers(ConfChange change) {
    if (change.leavesJoint()) {
      outgoing.clear();
    } else if (change.entersJoint()) {
      change.steps().stream()
          .filter(step -> step.type() == StepType.REMOVE)
          .forEach(step -> outgoing.add(step.member()));
    }
  }

  private void replay(long index, CommandEnvelope envelope) {
    if (scratch.countsBeforeStart(envelope.command())) {
      scratch.apply(index, envelope.clusterTimeMillis(), envelope.command());
    }
  }
}
