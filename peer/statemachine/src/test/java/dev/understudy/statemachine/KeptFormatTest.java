package dev.understudy.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What earlier releases have written is understood as they meant it; see the resources' README. */
class KeptFormatTest {
  private static final String FORMAT_1 = "/formats/1/";
  private static final int SNAPSHOT_AT = 80;

  private final StateMachine machine = new StateMachine(1);

  @Test
  void theCommandsOfFormat1LeadToTheStateThatTheirReleaseCameTo() throws IOException {
    lines().stream().filter(line -> index(line) <= SNAPSHOT_AT).forEach(this::apply);
    assertThat(written(machine.image())).isEqualTo(resource("snapshot-at-80.bin"));
  }

  @Test
  void aSnapshotOfFormat1IsTheSameAsTheLogBeforeIt() throws IOException {
    StateMachine whole = new StateMachine(1);
    machine.restore(read(resource("snapshot-at-80.bin")));
    for (String line : lines()) {
      apply(whole, line);
      if (index(line) > SNAPSHOT_AT) {
        apply(line);
      }
    }
    assertThat(written(machine.image())).isEqualTo(written(whole.image()));
    assertThat(machine.config()).isEqualTo(new ClusterConfig(5, 90_000, 7));
    assertThat(machine.registry().seats().keySet()).containsExactly("m1", "m2", "m3");
    assertThat(machine.registry().removed()).containsExactly(0x498f9e8f48f9480aL);
    assertThat(machine.version().index()).isEqualTo(83);
    assertThat(machine.storeVersion()).isEqualTo(2);
  }

  @Test
  void whatIsEncodedNowIsWhatFormat1Holds() throws IOException {
    for (String line : lines()) {
      byte[] bytes = bytes(line);
      if (isCommand(line) && bytes.length > 0) {
        CommandEnvelope envelope = CommandCodec.decode(bytes);
        CommandEnvelope plain =
            new CommandEnvelope(envelope.proposer(), envelope.sequence(), 0, envelope.command());
        byte[] stamped =
            envelope.proposer() == 0
                ? CommandCodec.encode(envelope)
                : CommandCodec.stamped(CommandCodec.encode(plain), envelope.clusterTimeMillis());
        assertThat(stamped).as(line).isEqualTo(bytes);
      } else if (!isCommand(line)) {
        assertThat(CommandCodec.encode(CommandCodec.decodeContext(bytes)))
            .as(line)
            .isEqualTo(bytes);
      }
    }
  }

  private void apply(String line) {
    apply(machine, line);
  }

  private static void apply(StateMachine to, String line) {
    byte[] bytes = bytes(line);
    if (!isCommand(line)) {
      to.applyMembership(index(line), ConfChange.of(bytes, steps(line)));
    } else if (bytes.length > 0) {
      CommandEnvelope envelope = CommandCodec.decode(bytes);
      to.apply(index(line), envelope.clusterTimeMillis(), envelope.command());
    }
  }

  private static long index(String line) {
    return Long.parseLong(word(line, 0));
  }

  private static boolean isCommand(String line) {
    return word(line, 1).equals("COMMAND");
  }

  private static Step[] steps(String line) {
    return Arrays.stream(word(line, 1).split(","))
        .map(step -> step.split(":"))
        .map(step -> new Step(StepType.valueOf(step[0]), Long.parseUnsignedLong(step[1], 16)))
        .toArray(Step[]::new);
  }

  private static byte[] bytes(String line) {
    return HexFormat.of().parseHex(word(line, 2));
  }

  private static String word(String line, int number) {
    return line.split(" ", -1)[number];
  }

  private static List<String> lines() throws IOException {
    return new String(resource("log.txt"), StandardCharsets.UTF_8).lines().toList();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = KeptFormatTest.class.getResourceAsStream(FORMAT_1 + name)) {
      return in.readAllBytes();
    }
  }

  private static StateImage read(byte[] bytes) throws IOException {
    return StateImageCodec.read(new ByteArrayInputStream(bytes));
  }

  private static byte[] written(StateImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StateImageCodec.write(image, out);
    return out.toByteArray();
  }
}
