package dev.understudy.admin.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.Payload;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Command.SetClusterConfig;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.store.Operation;
import dev.understudy.wal.LogRecord;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordTextTest {
  /** A title for the terminal, C1's introducer, another direction, ends of lines. */
  private static final String HOSTILE = "\u001b]0;x\u0007\u009b31m\u202e\u2028\n";

  private static final String SHOWN = "{U+001B}]0;x{U+0007}{U+009B}31m{U+202E}{U+2028}{U+000A}";

  static Stream<Command<?>> commands() {
    OptionalLong never = OptionalLong.empty();
    return Stream.of(
        new WriteKey(new Operation.Set("/" + HOSTILE, false, "v", never, false)),
        new WriteKey(new Operation.Set("/k", false, HOSTILE, never, false)),
        new WriteKey(new Operation.CompareAndSwap("/k", HOSTILE, 0, "v", never, false)),
        new WriteKey(new Operation.Delete("/" + HOSTILE, false, false)),
        new WriteKey(new Operation.CompareAndDelete("/k", HOSTILE, 0)),
        new SetClusterConfig(HOSTILE),
        new ChangeSeats(HOSTILE, 1, 0, "http://a:1", "http://a:2"),
        new ChangeSeats("a", 1, 0, HOSTILE, "http://a:2"),
        new ChangeSeats("a", 1, 0, "http://a:1", HOSTILE));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void whatClientsAndMachinesSentStaysInItsLine(Command<?> command) {
    byte[] data = CommandCodec.encode(new CommandEnvelope(1, 1, 0, command));
    LogRecord record = new LogRecord.OfEntry("f", 0, new Entry(1, 1, new Payload.Normal(data)));
    assertThat(RecordText.of(record)).contains(SHOWN).hasLineCount(1);
  }

  /** Whatever a forged backup says. */
  @Test
  void soDoesWhatABackupHolds() {
    StateMachine machine = new StateMachine(1);
    machine.apply(1, 1_000, new ChangeSeats("a\u202eb", 1, 0, "http://a:1", "http://a:2"));
    BackupFile backup =
        new BackupFile(
            Path.of("a\u009bfile"),
            new SnapshotMetadata(1, 1, ConfState.ofVoters(1L)),
            machine.image(),
            1,
            "now");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    backup.print(new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("a{U+009B}file", "a{U+202E}b")
        .doesNotContain("\u001b", "\u009b", "\u202e", "\u2028");
  }
}
