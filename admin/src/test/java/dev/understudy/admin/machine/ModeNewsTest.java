package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.machine.MachineEvents.Mode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModeNewsTest {
  private final List<String> told = new ArrayList<>();
  private final ModeNews news = new ModeNews(new Told());

  @Test
  void theFirstModeMakesTheMachineReadyAndLaterOnesAreChanges() {
    news.tell(Mode.STANDBY, "begins");
    assertThat(news.first()).isCompleted();
    news.tell(Mode.PEER, "took a seat");
    assertThat(told).containsExactly("ready standby", "changed peer: took a seat");
  }

  @Test
  void whatIsHeldBackIsToldOnceWhenItIsCertain() {
    news.hold(Mode.PEER, "took a seat");
    assertThat(news.isHeld()).isTrue();
    assertThat(told).isEmpty();
    assertThat(news.first()).isNotDone();
    news.tellHeld();
    news.tellHeld();
    assertThat(told).containsExactly("ready peer");
    assertThat(news.isHeld()).isFalse();
  }

  @Test
  void whatIsDroppedIsNeverTold() {
    news.hold(Mode.PEER, "took a seat");
    news.drop();
    news.tellHeld();
    assertThat(told).isEmpty();
  }

  private final class Told implements MachineEvents {
    @Override
    public void ready(Mode mode) {
      told.add("ready " + mode.word());
    }

    @Override
    public void changed(Mode mode, String reason) {
      told.add("changed " + mode.word() + ": " + reason);
    }

    @Override
    public void failed(String reason) {
      told.add("failed " + reason);
    }
  }
}
