package dev.understudy.peer;

import dev.understudy.raft.Entry;
import dev.understudy.raft.Payload;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.StateImage;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.statemachine.proto.CommandProto.Command;
import java.util.List;
import java.util.Optional;

/**
 * What a log says of the seats, before the peer whose log it is runs: the snapshot's registry and
 * the committed changes after it. Writes to the key tree are left out; no change of the registry
 * depends on them.
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
      byte[] context = change.change().context();
      if (context.length > 0) {
        scratch.applyMembership(
            entry.index(), change.change(), Optional.of(CommandCodec.decode(context)));
      }
      return;
    }
    byte[] data = ((Payload.Normal) entry.payload()).data();
    if (data.length > 0) {
      Command command = CommandCodec.decode(data);
      if (!command.hasWrite() && !command.hasDelete() && !command.hasSync()) {
        scratch.apply(entry.index(), command);
      }
    }
  }
}
