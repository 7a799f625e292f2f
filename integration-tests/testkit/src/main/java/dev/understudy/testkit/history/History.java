package dev.understudy.testkit.history;

import java.util.ArrayList;
import java.util.List;

/**
 * What clients have done and seen, in the order in which it happened. Any thread may record; an
 * invocation is recorded before the request leaves, a response after it has come, so that the order
 * here never says more than what really was.
 */
public final class History {
  private final List<Pending> operations = new ArrayList<>();
  private final List<WatchRecording> watches = new ArrayList<>();
  private long places;

  /**
   * Records that a client calls.
   *
   * @param nowNanos by a monotonic clock, the same for the whole history
   */
  public synchronized Pending invoke(int client, Call call, long nowNanos) {
    Pending pending =
        new Pending(
            new RecordedOperation(
                operations.size() + 1,
                client,
                call,
                new Outcome.Unknown("no answer yet"),
                places++,
                RecordedOperation.NEVER,
                nowNanos,
                0,
                Answering.NOBODY));
    operations.add(pending);
    return pending;
  }

  /**
   * Records that a client begins to watch; nothing is watched before {@link WatchRecording#from}.
   */
  public synchronized WatchRecording watch(int client, String key, boolean recursive) {
    WatchRecording recording = new WatchRecording(client, key, recursive);
    watches.add(recording);
    return recording;
  }

  /** All operations so far, in the order of their invocations. */
  public synchronized List<RecordedOperation> operations() {
    return operations.stream().map(pending -> pending.operation).toList();
  }

  /**
   * All watches so far. A watch that had to begin anew, because what it wanted was cleared from the
   * history of the store, counts as another one.
   */
  public synchronized List<RecordedWatch> watches() {
    return watches.stream().map(WatchRecording::recorded).toList();
  }

  /** An operation that may still be answered. */
  public final class Pending {
    private RecordedOperation operation;

    private Pending(RecordedOperation operation) {
      this.operation = operation;
    }

    /** Records the response; what comes after the first is as if it had not come. */
    public void respond(Outcome outcome, Answering by, long nowNanos) {
      synchronized (History.this) {
        if (operation.responded() == RecordedOperation.NEVER) {
          operation =
              new RecordedOperation(
                  operation.number(),
                  operation.client(),
                  operation.call(),
                  outcome,
                  operation.invoked(),
                  places++,
                  operation.invokedNanos(),
                  nowNanos,
                  by);
        }
      }
    }
  }

  /** A watch that goes on. */
  public final class WatchRecording {
    private final int client;
    private final String key;
    private final boolean recursive;
    private final List<WatchedEvent> events = new ArrayList<>();
    private long fromIndex;
    private long seenThrough;

    private WatchRecording(int client, String key, boolean recursive) {
      this.client = client;
      this.key = key;
      this.recursive = recursive;
    }

    /** The watch has begun: it is to be told all from this index on. */
    public void from(long index) {
      synchronized (History.this) {
        fromIndex = index;
        seenThrough = Math.max(seenThrough, index - 1);
      }
    }

    /** The watch was told of a change. */
    public void saw(WatchedEvent event) {
      synchronized (History.this) {
        events.add(event);
        seenThrough = Math.max(seenThrough, event.index());
      }
    }

    /** The watch would have been told everything up to this index by now. */
    public void seenThrough(long index) {
      synchronized (History.this) {
        seenThrough = Math.max(seenThrough, index);
      }
    }

    private RecordedWatch recorded() {
      return new RecordedWatch(client, key, recursive, fromIndex, List.copyOf(events), seenThrough);
    }
  }
}
