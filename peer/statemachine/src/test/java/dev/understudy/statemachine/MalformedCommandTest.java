package dev.understudy.statemachine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.raft.ConfChange;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Command.StampTime;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in a log and is no command: the border between malformed and newer. */
class MalformedCommandTest {
  private final StateMachine machine = new StateMachine(1);

  @ParameterizedTest
  @ValueSource(strings = {"", "ffffff", "090500000000000000", "1a0412022fff"})
  void bytesThatNoReleaseWroteAreNoCommandAndEndNobody(String hex) {
    assertThat(CommandCodec.read(HexFormat.of().parseHex(hex))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"9a0600", "1a02084d"})
  void aBodyOrKindOfANewerReleaseStopsThePeer(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThatThrownBy(() -> CommandCodec.read(bytes)).isInstanceOf(UnknownCommandException.class);
  }

  @Test
  void aChangeThatCarriesNoCommandIsRefusedByEveryPeer() {
    ConfChange change =
        ConfChange.of(new byte[] {-1, -1}, new ConfChange.Step(ConfChange.StepType.ADD_LEARNER, 7));
    assertThat(machine.applyMembership(3, change)).isInstanceOf(SeatResult.Refused.class);
    assertThat(machine.clusterTimeMillis()).isZero();
  }

  @Test
  void aSeatWithoutANameOrAnAddressIsRefused() {
    assertThat(machine.apply(3, 0, new ChangeSeats("", 7, 0, "http://h:1", "")))
        .isInstanceOf(SeatResult.Refused.class);
    assertThat(machine.apply(3, 0, new ChangeSeats("m7", 7, 0, "http://x y", "")))
        .isInstanceOf(SeatResult.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 62, Long.MAX_VALUE, -1, Long.MIN_VALUE, 1_700_000_000_000L * 2})
  void theClusterClockDoesNotLeap(long millis) {
    machine.apply(1, 1_700_000_000_000L, new StampTime());
    machine.apply(2, millis, new StampTime());
    assertThat(machine.clusterTimeMillis()).isEqualTo(1_700_000_000_000L);
    machine.apply(3, 1_700_000_000_000L + 86_400_000, new StampTime());
    assertThat(machine.clusterTimeMillis()).isEqualTo(1_700_000_000_000L + 86_400_000);
  }
}
