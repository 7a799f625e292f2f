package dev.understudy.client;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds out what became of a write whose value is nobody else's: the same write again either is
 * done now, so that an earlier one can no longer be, or is refused, and then the first change
 * behind the index that it was for says whose that was.
 */
final class Settlement {
  /** For an event that has happened and only has to reach the machine that is asked. */
  private static final long EVENT_PATIENCE_MILLIS = 3_000;

  /** As many calls as that, each of which tries for as long as calls do. */
  private static final int MAX_CALLS = 3;

  private final Caller caller;
  private final Poller poller;

  Settlement(Caller caller, Poller poller) {
    this.caller = caller;
    this.poller = poller;
  }

  /**
   * Makes a write, and finds out what became of it.
   *
   * @param key what it writes
   * @param value nobody else's
   * @param swapped the index that the key is swapped at; empty for a creation
   * @throws RefusedException if somebody else has come first
   * @throws OutcomeUnknownException if that cannot be found out, either
   */
  Node write(Request request, String key, String value, OptionalLong swapped)
      throws ClientException, InterruptedException {
    boolean unknown = false;
    OutcomeUnknownException last = new OutcomeUnknownException("not tried");
    for (int calls = 0; calls < MAX_CALLS; calls++) {
      try {
        return Writes.node(caller.call(request));
      } catch (OutcomeUnknownException e) {
        unknown = true;
        last = e;
      } catch (RefusedException e) {
        if (!unknown || !e.isConflict()) {
          throw e;
        }
        return own(key, value, swapped, last).orElseThrow(() -> e);
      }
    }
    throw last;
  }

  /** What the key became by this write; empty if it became something else. */
  private Optional<Node> own(
      String key, String value, OptionalLong swapped, OutcomeUnknownException unknown)
      throws ClientException, InterruptedException {
    long index;
    if (swapped.isPresent()) {
      index = swapped.getAsLong() + 1;
    } else {
      Optional<Node> present = new Reads(caller).read(key, true, false).node();
      if (present.isEmpty()) {
        throw unknown; // it was there a moment ago, and may have been this one
      }
      index = present.get().createdIndex();
    }
    try {
      Poller.Poll poll = poller.poll(key, false, index, EVENT_PATIENCE_MILLIS);
      if (poll instanceof Poller.Poll.Event told) {
        KeyEvent event = told.event();
        boolean isWrite = event.action().equals(swapped.isPresent() ? "compareAndSwap" : "create");
        boolean isOurs = event.node().value().filter(value::equals).isPresent();
        return isWrite && isOurs ? Optional.of(event.node()) : Optional.empty();
      }
    } catch (RefusedException e) {
      // the history is no more, or nobody may read it
    }
    throw unknown;
  }
}
