package dev.understudy.api;

import dev.understudy.api.http.JsonBytes;
import dev.understudy.store.Event;
import dev.understudy.store.NodeView;

/**
 * The text of one event after the other, slice by slice: values may be of megabytes, and what a
 * client does not take must not wait as text, for that cannot be shared. What {@link
 * EventJson#append} writes at once is written here as far as a slice goes.
 *
 * <p>Keeps where it stands, but no event: that is given again for each slice.
 */
final class EventText {
  /** Slices are about as long. */
  static final int SLICE_BYTES = 32 << 10;

  /** So much of a value is written before the length of the slice is looked at again. */
  private static final int STEP_CHARACTERS = 2 << 10;

  private final ClientBackend backend;
  private boolean begun;
  private boolean inPrevious;
  private EventJson.Times times;

  /** What separates the value of the node from what comes behind it. */
  private char separator;

  private int valueWritten;

  EventText(ClientBackend backend) {
    this.backend = backend;
  }

  /** How much memory to have for the first slice of an event. */
  static int expectedLength(Event event) {
    return Math.min(EventJson.roughLength(event), SLICE_BYTES + STEP_CHARACTERS);
  }

  /** Whether an event is written, but not to its end. */
  boolean isBegun() {
    return begun;
  }

  /**
   * Writes an event as a line, or goes on with it, until the slice is as long as it should be.
   *
   * @return whether the event is written to its end
   */
  boolean writeTo(JsonBytes slice, Event event) {
    if (!begun) {
      begin(slice, event);
    }
    while (true) {
      NodeView node = inPrevious ? event.prevNode() : event.node();
      if (node.value() != null && !writeValue(slice, node.value())) {
        return false;
      }
      EventJson.rest(slice, node, times, separator);
      if (inPrevious || event.prevNode() == null) {
        slice.raw(EventJson.END);
        begun = false;
        return true;
      }
      slice.raw(EventJson.PREV_NODE);
      inPrevious = true;
      beginNode(slice, event.prevNode());
    }
  }

  private void begin(JsonBytes slice, Event event) {
    begun = true;
    inPrevious = false;
    times = EventJson.times(event, backend.nowMillis(), backend.shownOffsetMillis());
    EventJson.head(slice, event);
    beginNode(slice, event.node());
  }

  private void beginNode(JsonBytes slice, NodeView node) {
    separator = EventJson.beforeValue(slice, node);
    valueWritten = 0;
    if (node.value() != null) {
      slice.raw('"');
    }
  }

  private boolean writeValue(JsonBytes slice, String value) {
    while (valueWritten < value.length()) {
      if (slice.length() >= SLICE_BYTES) {
        return false;
      }
      int end = Math.min(valueWritten + STEP_CHARACTERS, value.length());
      valueWritten = slice.characters(value, valueWritten, end);
    }
    slice.raw('"');
    return true;
  }
}
