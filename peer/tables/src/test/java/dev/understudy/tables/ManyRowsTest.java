package dev.understudy.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What it costs that very many rows leave at once, counted in comparisons of keys: while they do,
 * their writer does nothing else.
 */
class ManyRowsTest {
  private static final int COUNT = 200_000;
  private static final AtomicLong COMPARISONS = new AtomicLong();

  private static final Keys<String> COUNTED =
      new Keys<>() {
        @Override
        public int compare(String left, String right) {
          COMPARISONS.incrementAndGet();
          return Keys.TEXT.compare(left, right);
        }

        @Override
        public int length(String key) {
          return key.length();
        }

        @Override
        public String head(String key, int length) {
          return key.substring(0, length);
        }

        @Override
        public boolean begins(String key, String prefix) {
          return Keys.TEXT.begins(key, prefix);
        }
      };

  /** A row. */
  private record Row(String key, int number) {}

  private static final Prefixed<Row, String> BY_KEY = Index.prefixed("key", COUNTED, Row::key);
  private static final Table<Row> ROWS = Table.of("rows", BY_KEY);

  private final Tables tables = Tables.of(ROWS);

  @BeforeEach
  void fill() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      rows.add(new Row("jobs/queue/%06d".formatted(i), i));
    }
    Transaction change = tables.begin();
    change.addAll(ROWS, rows);
    change.commit();
    COMPARISONS.set(0);
  }

  private long comparisonsToLeaveOut(IntPredicate leaves) {
    List<Row> gone =
        tables.current().rows(ROWS).all().stream()
            .filter(row -> leaves.test(row.number()))
            .toList();
    Transaction change = tables.begin();
    change.removeAll(ROWS, gone);
    change.commit();
    long comparisons = COMPARISONS.get();
    assertThat(tables.current().rows(ROWS).size()).isEqualTo(COUNT - gone.size());
    assertThat(tables.current().rows(ROWS).all()).noneMatch(row -> leaves.test(row.number()));
    return comparisons;
  }

  @Test
  void allRowsLeaveForNoComparison() {
    assertThat(comparisonsToLeaveOut(number -> true)).isZero();
  }

  @Test
  void halfOfTheRowsLeaveForTwoComparisonsEach() {
    assertThat(comparisonsToLeaveOut(number -> number >= COUNT / 2)).isLessThan(COUNT);
  }

  @Test
  void rowsThatStandFarApartLeaveForNoMoreThanAWalkThroughTheTable() {
    assertThat(comparisonsToLeaveOut(number -> number % 5 == 3)).isLessThan(2 * COUNT);
  }

  /** A way through the tree of 200,000 is some twenty comparisons. */
  @Test
  void fewRowsLeaveWithoutAWalkThroughTheTable() {
    assertThat(comparisonsToLeaveOut(number -> number % 20_000 == 7)).isLessThan(10 * 30);
  }

  @Test
  void rowsThatComeTogetherCostNoMoreThanAWalk() {
    List<Row> more = new ArrayList<>();
    for (int i = 0; i < COUNT / 5; i++) {
      more.add(new Row("jobs/queue/%06d/more".formatted(5 * i), -i));
    }
    Transaction change = tables.begin();
    change.addAll(ROWS, more);
    change.commit();
    assertThat(COMPARISONS.get()).isLessThan(4 * COUNT);
    assertThat(tables.current().rows(ROWS).size()).isEqualTo(COUNT + more.size());
    assertThat(List.copyOf(tables.current().rows(ROWS).all()))
        .isSortedAccordingTo((a, b) -> Keys.TEXT.compare(a.key(), b.key()));
  }
}
