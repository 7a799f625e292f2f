package dev.understudy.locks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.understudy.locks.LockOperation.Verb;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What it costs that very many entries go or are let go at once, in memory that is taken for each:
 * while they do, their writer does nothing else, and what takes memory takes time. A way through a
 * tree of so many, copied for each, would take a thousand bytes.
 */
class ManyEntriesTest {
  private static final int COUNT = 50_000;
  private static final long LOCK_DELAY = 15_000;

  private final LockSpace space = new LockSpace();
  private long index = 10;

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private void session(String id, Behavior behavior) {
    space.create(new Session(id, "", "n", List.of(), LOCK_DELAY, behavior, 0, 0), ++index);
  }

  private void fill(Verb verb, String prefix, int count, String session) {
    List<LockOperation> steps =
        IntStream.range(0, count)
            .mapToObj(i -> step(verb, prefix + "%06d".formatted(i), session))
            .toList();
    assertThat(space.apply(steps, ++index, 0).done()).isTrue();
  }

  private static LockOperation step(Verb verb, String key, String session) {
    return new LockOperation(verb, key, Value.EMPTY, 0, 0, session);
  }

  private long bytesOfEach(Runnable change) {
    long before = allocatedBytes();
    change.run();
    return (allocatedBytes() - before) / COUNT;
  }

  private int entries(String prefix) {
    return LockTables.entries(prefix).of(space.current()).size();
  }

  @Test
  void aTreeGoesForAWalk() {
    fill(Verb.SET, "jobs/", COUNT, "");
    fill(Verb.SET, "other/", COUNT / 2, "");
    LockOperation step = step(Verb.DELETE_TREE, "jobs/", "");
    assertThat(bytesOfEach(() -> space.apply(List.of(step), ++index, 0))).isLessThan(200);
    assertThat(entries("")).isEqualTo(COUNT / 2);
  }

  @ParameterizedTest
  @EnumSource
  void whatASessionHeldGoesOrIsLetGoForAFewWalks(Behavior behavior) {
    session("s", behavior);
    session("t", behavior);
    fill(Verb.LOCK, "jobs/", COUNT, "s");
    fill(Verb.SET, "other/", COUNT / 2, "");
    assertThat(bytesOfEach(() -> space.end(List.of("s"), ++index, 0))).isLessThan(1_000);
    assertThat(LockTables.delays(space.current())).hasSize(COUNT);
    assertThat(entries("jobs/")).isEqualTo(behavior == Behavior.DELETE ? 0 : COUNT);
    assertThat(entries("other/")).isEqualTo(COUNT / 2);

    assertThat(bytesOfEach(() -> space.end(List.of("t"), ++index, LOCK_DELAY)))
        .as("the delays that are over")
        .isLessThan(400);
    assertThat(LockTables.delays(space.current())).isEmpty();
  }
}
