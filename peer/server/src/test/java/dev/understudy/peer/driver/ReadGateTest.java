package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReadGateTest {
  private final ReadGate gate = new ReadGate(Runnable::run, () -> 0);

  @Test
  void letsReadersOfAFollowerPass() {
    assertThat(gate.await()).isCompletedWithValue(true);
  }

  @Test
  void holdsReadersOfALeaderUntilItsTermIsEstablished() {
    gate.leading(4);
    CompletableFuture<Boolean> reader = gate.await();
    assertThat(reader).isNotDone();
    assertThat(gate.open(4)).isTrue();
    assertThat(reader).isCompletedWithValue(true);
    assertThat(gate.await()).isCompletedWithValue(true);
  }

  @Test
  void doesNotOpenForATermThatHasEnded() {
    gate.leading(4);
    gate.leading(6);
    assertThat(gate.open(4)).isFalse();
    assertThat(gate.isOpen()).isFalse();
  }

  @Test
  void sendsReadersAwayWhenLeadershipIsLost() {
    gate.leading(4);
    CompletableFuture<Boolean> reader = gate.await();
    gate.notLeading();
    assertThat(reader).isCompletedWithValue(false);
  }

  @Test
  void closesAtOnceWhenLeadershipIsLost() {
    gate.leading(4);
    gate.open(4);
    gate.notLeading();
    assertThat(gate.isOpen()).isFalse();
  }

  @Test
  void forgetsReadersWhoGaveUp() {
    gate.leading(4);
    CompletableFuture<Boolean> reader = gate.await();
    reader.cancel(false);
    assertThat(gate.open(4)).isTrue();
  }
}
