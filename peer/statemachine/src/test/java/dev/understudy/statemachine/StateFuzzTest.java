package dev.understudy.statemachine;

import dev.understudy.clusterconfig.fuzz.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Commands out of a log or of another peer, and snapshots, which no checksum has caught. */
class StateFuzzTest {
  @Test
  void aCommandIsReadOrMalformedOrOfANewerRelease() throws IOException {
    Fuzz fuzz = new Fuzz(StateFuzzTest.class, "command", UnknownCommandException.class);
    for (Command<?> command : EveryKind.COMMANDS) {
      fuzz.seed(CommandCodec.encode(new CommandEnvelope(7, 8, 9, command)));
    }
    fuzz.run(
        input -> {
          CommandCodec.readContext(input);
          Optional<CommandEnvelope> read = CommandCodec.read(input);
          if (read.isPresent()) {
            // What comes into a log is applied by every peer, and may be no bug of any.
            new StateMachine(1).apply(1, 1_000, read.get().command());
          }
        });
  }

  @Test
  void aSnapshotIsReadOrRefused() throws IOException {
    byte[] kept;
    try (InputStream in =
        StateFuzzTest.class.getResourceAsStream("/formats/1/snapshot-at-80.bin")) {
      kept = in.readAllBytes();
    }
    new Fuzz(StateFuzzTest.class, "snapshot", IOException.class)
        .seed(kept, StateImageCodecTest.written(StateImageCodecTest.image()))
        .run(input -> StateImageCodec.read(new ByteArrayInputStream(input)));
  }
}
