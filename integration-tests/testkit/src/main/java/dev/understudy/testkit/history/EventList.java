package dev.understudy.testkit.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Invocations and responses in their order, as a list out of which an operation is lifted in no
 * time, and put back, in the reverse order of the liftings.
 */
final class EventList {
  private static final long NO_PLACE = Long.MAX_VALUE;

  private final int count;
  private final long[] places;
  private final int[] next;
  private final int[] previous;

  /** The calls of operations 0 to n-1 have these numbers, their returns those from n on. */
  EventList(List<Step> operations) {
    count = operations.size();
    int head = 2 * count;
    places = new long[head];
    next = new int[head + 1];
    previous = new int[head + 1];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RecordedOperation operation = operations.get(i).operation();
      places[i] = operation.invoked();
      places[count + i] = operation.outcome().definite() ? operation.responded() : NO_PLACE;
      order.add(i);
      order.add(count + i);
    }
    order.sort(Comparator.comparingLong(event -> places[event]));
    int last = head;
    for (int event : order) {
      link(last, event);
      last = event;
    }
    link(last, head);
  }

  private void link(int one, int other) {
    next[one] = other;
    previous[other] = one;
  }

  /** The operations that no other one precedes. */
  int[] firstCalls() {
    int calls = 0;
    int event = next[2 * count];
    while (event < count) {
      calls++;
      event = next[event];
    }
    int[] all = new int[calls];
    event = next[2 * count];
    for (int i = 0; i < calls; i++) {
      all[i] = event;
      event = next[event];
    }
    return all;
  }

  /** The place of the first response that is left; the highest number when there is none. */
  long firstReturn() {
    int event = next[2 * count];
    while (event < count) {
      event = next[event];
    }
    return event == 2 * count ? NO_PLACE : places[event];
  }

  void lift(int operation) {
    link(previous[operation], next[operation]);
    link(previous[count + operation], next[count + operation]);
  }

  void unlift(int operation) {
    insert(count + operation);
    insert(operation);
  }

  private void insert(int event) {
    next[previous[event]] = event;
    previous[next[event]] = event;
  }
}
