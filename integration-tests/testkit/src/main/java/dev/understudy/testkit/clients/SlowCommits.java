package dev.understudy.testkit.clients;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * The time in which a leader had something in logs and could not have it committed, since disks or
 * messages were slow: what it had written of the time could take no effect, as without a leader.
 * That can go on for long while the commit index rises all the time.
 */
final class SlowCommits {
  private static final long PROMPT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private record Seen(long atNanos, long lastIndex) {}

  private final Deque<Seen> uncommitted = new ArrayDeque<>();
  private final Spans spans;

  /**
   * @param spans where such times are noted
   */
  SlowCommits(Spans spans) {
    this.spans = spans;
  }

  /**
   * Looks at the logs.
   *
   * @param lastIndex the last index in the log of somebody who follows the leader
   * @param commit up to where that is committed
   */
  void look(long nowNanos, long lastIndex, long commit) {
    while (!uncommitted.isEmpty() && uncommitted.getFirst().lastIndex() <= commit) {
      long since = uncommitted.removeFirst().atNanos();
      if (nowNanos - since > PROMPT_NANOS) {
        spans.add(since, nowNanos);
      }
    }
    long known = uncommitted.isEmpty() ? commit : uncommitted.getLast().lastIndex();
    if (lastIndex > known) {
      uncommitted.add(new Seen(nowNanos, lastIndex));
    }
  }
}
