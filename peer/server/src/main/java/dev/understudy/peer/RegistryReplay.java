package dev.understudy.peer;

import dev.understudy.raft.Entry;
import dev.understudy.raft.Payload;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.StateImage;
import dev.understudy.statemachine.StateMachine;
import java.util.List;
import java.util.Optional;

/**
 * What a log says of the seats, before the peer whose log it is runs: the snapshot's registry and
 * the committed commands after it that {@linkplain StateMachine#countsBeforeStart count} for it.
 * All others are left to the peer.
 */
final class RegistryReplay {
  private RegistryReplay() {}

  static Registry of(Optional<StateImage> snapshot, List<Entry> entries, long commitIndex) {
    StateMachine scratch = new StateMachine(1);
    snapshot.ifPresent(scratch::restore);
    for (Entry entry : entries) {
      if (entry.index() <= commitIndex) {
        replay(scratch, entry);
      }
    }
    return scratch.registry();
  }

  private static void replay(StateMachine scratch, Entry entry) {
    if (entry.payload() instanceof Payload.Change change) {
      scratch.applyMembership(entry.index(), change.change());
      return;
    }
    byte[] data = ((Payload.Normal) entry.payload()).data();
    if (data.length > 0) {
      CommandCodec.read(data).ifPresent(envelope -> replay(scratch, entry.index(), envelope));
    }
  }

  private static void replay(StateMachine scratch, long index, CommandEnvelope envelope) {
    if (scratch.countsBeforeStart(envelope.command())) {
      scratch.apply(index, envelope.clusterTimeMillis(), envelope.command());
    }
  }
}
