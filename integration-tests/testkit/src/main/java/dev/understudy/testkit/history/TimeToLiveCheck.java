package dev.understudy.testkit.history;

import dev.understudy.testkit.history.KnownChanges.Change;
import dev.understudy.testkit.history.Outcome.Absent;
import dev.understudy.testkit.history.Outcome.Node;
import dev.understudy.testkit.history.Outcome.Refused;
import dev.understudy.testkit.history.Outcome.Shown;
import dev.understudy.testkit.history.Outcome.Written;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Whether keys with a time to live are there as long as promised: not shorter than that, and not
 * longer but for the time without a leader and half a second.
 *
 * <p>A key was written between the call and the answer of its write, and what was seen was so at
 * some moment between the call and the answer of the read. Only what no choice of those moments
 * explains is a fault.
 */
public final class TimeToLiveCheck {
  private static final long FORGOTTEN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final LeaderlessTime leaderless;
  private final long lateNanos;

  /**
   * @param leaderless when the cluster was without a leader
   * @param lateNanos how much later than promised a key may go, for what the promise takes for
   *     immediate: the turn in which a key that is due is deleted
   */
  public TimeToLiveCheck(LeaderlessTime leaderless, long lateNanos) {
    this.leaderless = leaderless;
    this.lateNanos = lateNanos;
  }

  /** What went too early or too late. */
  List<String> check(
      List<RecordedOperation> operations, List<RecordedWatch> watches, KnownChanges known) {
    Map<Long, RecordedOperation> mortal = new HashMap<>();
    for (RecordedOperation operation : operations) {
      if (operation.call().ttlMillis().isPresent()
          && operation.outcome() instanceof Written written) {
        mortal.put(written.index(), operation);
      }
    }
    List<String> complaints = new ArrayList<>();
    for (RecordedOperation operation : operations) {
      tooEarly(operation, mortal, known).ifPresent(complaints::add);
      tooLate(operation, mortal).ifPresent(complaints::add);
    }
    for (RecordedWatch watch : watches) {
      for (WatchedEvent event : watch.events()) {
        tooEarly(event, mortal, known).ifPresent(complaints::add);
      }
    }
    return complaints;
  }

  private Optional<String> tooEarly(
      RecordedOperation operation, Map<Long, RecordedOperation> mortal, KnownChanges known) {
    String key = operation.call().key();
    OptionalLong goneAt = goneAt(operation.outcome());
    if (goneAt.isEmpty() || known.isPerhapsDeleted(key)) {
      return Optional.empty();
    }
    return known
        .last(key, goneAt.getAsLong())
        .map(Change::index)
        .map(mortal::get)
        .filter(write -> !write.equals(operation))
        .filter(write -> isTooEarly(write, operation.respondedNanos()))
        .map(write -> "gone too early: " + write + "\n  by then: " + operation);
  }

  /** The index of a state in which the key was not there, as far as the outcome tells. */
  private static OptionalLong goneAt(Outcome outcome) {
    if (outcome instanceof Absent absent) {
      return OptionalLong.of(absent.storeIndex());
    } else if (outcome instanceof Refused refused && refused.code() == Outcome.NOT_FOUND) {
      return OptionalLong.of(refused.storeIndex());
    }
    return outcome instanceof Written written && written.before().isEmpty()
        ? OptionalLong.of(written.index() - 1)
        : OptionalLong.empty();
  }

  private Optional<String> tooEarly(
      WatchedEvent event, Map<Long, RecordedOperation> mortal, KnownChanges known) {
    if (!event.action().equals("expire")) {
      return Optional.empty();
    }
    return known
        .last(event.key(), event.index() - 1)
        .map(Change::index)
        .map(mortal::get)
        .filter(write -> isTooEarly(write, event.seenNanos()))
        .map(write -> "gone too early: " + write + "\n  by then: " + event);
  }

  private boolean isTooEarly(RecordedOperation write, long nowNanos) {
    long passed = nowNanos - write.invokedNanos();
    return passed + leaderless.fastNanosBetween(write.invokedNanos(), nowNanos) < ttlNanos(write);
  }

  private static long ttlNanos(RecordedOperation write) {
    return TimeUnit.MILLISECONDS.toNanos(write.call().ttlMillis().orElseThrow());
  }

  /** A quorum read, or a write that tells what it replaced, shows what was there when it called. */
  private Optional<String> tooLate(
      RecordedOperation operation, Map<Long, RecordedOperation> mortal) {
    return thereAtCall(operation)
        .map(Node::index)
        .map(mortal::get)
        .filter(write -> operation.invokedNanos() > latest(write, operation.invokedNanos()))
        .map(write -> "gone too late: " + write + "\n  still there: " + operation);
  }

  private static Optional<Node> thereAtCall(RecordedOperation operation) {
    if (operation.outcome() instanceof Written written) {
      return written.before();
    }
    return operation.outcome() instanceof Shown shown
            && operation.call() instanceof Call.Read read
            && read.quorum()
        ? Optional.of(shown.node())
        : Optional.empty();
  }

  private long latest(RecordedOperation write, long nowNanos) {
    return write.respondedNanos()
        + ttlNanos(write)
        + leaderless.nanosBetween(write.respondedNanos(), nowNanos)
        + FORGOTTEN_NANOS
        + lateNanos;
  }
}
