package dev.understudy.statemachine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Command.StampTime;
import dev.understudy.store.Operation;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommandCodecTest {
  static List<Command<?>> commands() {
    return EveryKind.COMMANDS;
  }

  @Test
  void noKindIsForgottenHere() {
    assertThat(kinds(EveryKind.COMMANDS)).containsExactlyInAnyOrder(permitted(Command.class));
    assertThat(kinds(EveryKind.OPERATIONS)).containsExactlyInAnyOrder(permitted(Operation.class));
  }

  private static Set<Class<?>> kinds(List<?> all) {
    Set<Class<?>> kinds = new HashSet<>();
    all.forEach(each -> kinds.add(each.getClass()));
    return kinds;
  }

  private static Class<?>[] permitted(Class<?> family) {
    return family.getPermittedSubclasses();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void whereACommandComesFromIsReadWithoutTheRest(Command<?> each) {
    byte[] command = CommandCodec.encode(new CommandEnvelope(-5, 7, 0, each));
    assertThat(CommandCodec.origin(command)).contains(new CommandCodec.Origin(-5, 7));
    assertThat(CommandCodec.origin(CommandCodec.stamped(command, 9)))
        .contains(new CommandCodec.Origin(-5, 7));
    for (int length = 0; length < 18; length++) {
      assertThat(CommandCodec.origin(Arrays.copyOf(command, length))).isEmpty();
    }
    byte[] anonymous = CommandCodec.encode(new CommandEnvelope(0, 7, 0, each));
    assertThat(CommandCodec.origin(anonymous)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandSurvivesTheLog(Command<?> each) {
    for (long time : new long[] {0, 1_234_567_890_123L}) {
      CommandEnvelope envelope = new CommandEnvelope(5, 6, time, each);
      assertThat(CommandCodec.decode(CommandCodec.encode(envelope))).isEqualTo(envelope);
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aStampChangesTheTimeAndNothingElse(Command<?> each) {
    byte[] plain = CommandCodec.encode(new CommandEnvelope(-1, 6, 0, each));
    byte[] before = plain.clone();
    byte[] stamped = CommandCodec.stamped(plain, 1_234_567_890_123L);
    assertThat(CommandCodec.decode(stamped))
        .isEqualTo(new CommandEnvelope(-1, 6, 1_234_567_890_123L, each));
    assertThat(plain).as("the bytes given are kept").isEqualTo(before);
  }

  @Test
  void ofSeveralStampsTheLastCounts() {
    byte[] plain = CommandCodec.encode(CommandEnvelope.founding(0, new StampTime()));
    byte[] twice = CommandCodec.stamped(CommandCodec.stamped(plain, 7), 3);
    assertThat(CommandCodec.decode(twice).clusterTimeMillis()).isEqualTo(3);
  }

  @Test
  void whatAChangeOfTheMembershipCarriesSurvivesTheLog() {
    Optional<ChangeSeats> seats =
        Optional.of(new ChangeSeats("a", 1, 2, "http://a:1", "http://a:2"));
    for (MembershipContext context :
        List.of(new MembershipContext(9, seats), new MembershipContext(9, Optional.empty()))) {
      assertThat(CommandCodec.decodeContext(CommandCodec.encode(context))).isEqualTo(context);
    }
    assertThat(CommandCodec.decodeContext(new byte[0]))
        .isEqualTo(new MembershipContext(0, Optional.empty()));
  }

  @Test
  void bytesThatAreNoCommandAreRefused() {
    for (byte[] bytes :
        List.of(new byte[] {1, 2, 3}, new byte[0], UnknownCommands.OF_A_NEWER_RELEASE)) {
      assertThatThrownBy(() -> CommandCodec.decode(bytes))
          .isInstanceOf(UnknownCommandException.class)
          .hasMessageContaining("this release cannot apply");
    }
  }
}
