package dev.understudy.statemachine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.statemachine.proto.CommandProto.Command;
import dev.understudy.store.Operation;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommandCodecTest {
  static List<Operation> operations() {
    OptionalLong ttl = OptionalLong.of(1_500);
    OptionalLong zero = OptionalLong.of(0);
    OptionalLong none = OptionalLong.empty();
    return List.of(
        new Operation.Set("/a", false, "v", none, false),
        new Operation.Set("/a", true, "", ttl, false),
        new Operation.Set("/ä/ö", false, "", zero, true),
        new Operation.Create("/a", false, "v", ttl),
        new Operation.Create("/a", true, "", none),
        new Operation.CreateInOrder("/q", false, "v", none),
        new Operation.CreateInOrder("/q", true, "", ttl),
        new Operation.Update("/a", "v", none, false),
        new Operation.Update("/a", "", ttl, true),
        new Operation.CompareAndSwap("/a", "old", 0, "v", none, false),
        new Operation.CompareAndSwap("/a", "", Long.MAX_VALUE, "v", ttl, true),
        new Operation.Delete("/a", false, false),
        new Operation.Delete("/a", true, true),
        new Operation.CompareAndDelete("/a", "old", 7),
        new Operation.CompareAndDelete("/a", "", 7));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void whereACommandComesFromIsReadWithoutTheRest(Operation operation) {
    byte[] command =
        CommandCodec.command(operation).setProposer(-5).setSequence(7).build().toByteArray();
    assertThat(CommandCodec.origin(command)).contains(new CommandCodec.Origin(-5, 7));
    assertThat(CommandCodec.origin(CommandCodec.stamped(command, 9)))
        .contains(new CommandCodec.Origin(-5, 7));
    for (int length = 0; length < 18; length++) {
      assertThat(CommandCodec.origin(Arrays.copyOf(command, length))).isEmpty();
    }
    byte[] anonymous = CommandCodec.command(operation).setSequence(7).build().toByteArray();
    assertThat(CommandCodec.origin(anonymous)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void everyOperationSurvivesTheLog(Operation operation) {
    Command.Builder command = CommandCodec.command(operation).setProposer(5).setSequence(6);
    Command read = CommandCodec.decode(command.build().toByteArray());
    assertThat(
            read.hasWrite()
                ? CommandCodec.operation(read.getWrite())
                : CommandCodec.operation(read.getDelete()))
        .isEqualTo(operation);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void aStampChangesTheTimeAndNothingElse(Operation operation) {
    Command command = CommandCodec.command(operation).setProposer(-1).setSequence(6).build();
    byte[] plain = command.toByteArray();
    byte[] stamped = CommandCodec.stamped(plain, 1_234_567_890_123L);
    assertThat(CommandCodec.decode(stamped))
        .isEqualTo(command.toBuilder().setClusterTimeMillis(1_234_567_890_123L).build());
    assertThat(plain).as("the bytes given are kept").isEqualTo(command.toByteArray());
  }

  @Test
  void ofSeveralStampsTheLastCounts() {
    byte[] twice = CommandCodec.stamped(CommandCodec.stamped(new byte[0], 7), 3);
    assertThat(CommandCodec.decode(twice).getClusterTimeMillis()).isEqualTo(3);
  }

  @Test
  void bytesThatAreNoCommandAreRefused() {
    assertThatThrownBy(() -> CommandCodec.decode(new byte[] {1, 2, 3}))
        .isInstanceOf(UnknownCommandException.class);
  }
}
