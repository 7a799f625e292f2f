package dev.understudy.api;

import dev.understudy.api.EventJson.Times;
import dev.understudy.api.http.JsonBytes;
import dev.understudy.store.Event;
import dev.understudy.store.NodeView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * The answer to the read of a directory, written node by node, so that it need not be in memory as
 * a whole. No recursion, because a tree may be thousands deep; for a directory of which the
 * children are being written, little more is kept than where its walk stands.
 */
final class ListingJson {
  /** A directory of which the children are being written. */
  private record Open(long modifiedIndex, long createdIndex, Iterator<NodeView> children) {}

  private final Times times;
  private final Deque<Open> open = new ArrayDeque<>();

  /** Whether the next node is the first of its directory. */
  private boolean first;

  private boolean done;

  /** Writes the beginning. */
  ListingJson(JsonBytes out, Event event, Times times) {
    this.times = times;
    EventJson.head(out, event);
    node(out, event.node());
  }

  /** Whether all is written. */
  boolean isDone() {
    return done;
  }

  /** Writes one node more, or the end of a directory. */
  void writeMore(JsonBytes out) {
    Open innermost = open.peek();
    if (innermost == null) {
      out.raw(EventJson.END);
      done = true;
    } else if (innermost.children().hasNext()) {
      if (!first) {
        out.raw(',');
      }
      node(out, innermost.children().next());
    } else {
      out.raw(']');
      EventJson.afterChildren(out, ',', innermost.modifiedIndex(), innermost.createdIndex());
      open.pop();
      first = false;
    }
  }

  private void node(JsonBytes out, NodeView node) {
    char separator = EventJson.beforeChildren(out, node, times);
    first = !node.nodes().isEmpty();
    if (first) {
      out.raw(separator).raw(EventJson.NODES);
      open.push(new Open(node.modifiedIndex(), node.createdIndex(), node.nodes().iterator()));
    } else {
      EventJson.afterChildren(out, separator, node.modifiedIndex(), node.createdIndex());
    }
  }
}
