package dev.understudy.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LineBudgetTest {
  private long nowNanos = Long.MAX_VALUE;
  private final LineBudget budget = new LineBudget(2, () -> nowNanos);

  @Test
  void aSecondHasSoManyLinesAndTheNextSaysHowManyWereLeftOut() {
    assertThat(budget.take()).hasValue(0);
    assertThat(budget.take()).hasValue(0);
    assertThat(budget.take()).isEmpty();
    assertThat(budget.take()).isEmpty();

    nowNanos += TimeUnit.SECONDS.toNanos(1);
    assertThat(budget.take()).hasValue(2);
    assertThat(budget.take()).hasValue(0);
    assertThat(budget.take()).isEmpty();
  }
}
