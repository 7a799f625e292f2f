package dev.understudy.testkit.history;

import dev.understudy.testkit.history.KnownChanges.Change;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether each watch was told of every change of its key once and in order. Which changes there
 * were is known from all clients and all other watches. What a watch has missed because it was told
 * that the history is cleared (code 401) is not asked: a new watch begins behind that.
 */
final class WatchCheck {
  private final KnownChanges known;

  WatchCheck(KnownChanges known) {
    this.known = known;
  }

  /** What watches were told wrongly, twice or not at all. */
  List<String> check(List<RecordedWatch> watches) {
    List<String> complaints = new ArrayList<>();
    watches.stream()
        .filter(watch -> watch.fromIndex() != 0)
        .forEach(watch -> check(watch, complaints));
    return complaints;
  }

  private void check(RecordedWatch watch, List<String> complaints) {
    String name =
        "a watch of client %d on %s from @%d: "
            .formatted(watch.client(), watch.key(), watch.fromIndex());
    long last = watch.fromIndex() - 1;
    for (WatchedEvent event : watch.events()) {
      if (event.index() <= last) {
        complaints.add(name + "again, or too late: " + event);
      }
      if (!watch.covers(event.key())) {
        complaints.add(name + "of another key: " + event);
      }
      missed(watch, last, event.index() - 1, name, complaints);
      last = Math.max(last, event.index());
    }
    missed(watch, last, watch.seenThrough(), name, complaints);
  }

  private void missed(
      RecordedWatch watch, long after, long upTo, String name, List<String> complaints) {
    for (String key : known.keys()) {
      if (watch.covers(key)) {
        for (Change change : known.between(key, after, upTo)) {
          complaints.add(name + "missed @" + change.index() + ": " + change.witness());
        }
      }
    }
  }
}
