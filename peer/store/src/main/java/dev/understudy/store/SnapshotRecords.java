package dev.understudy.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;

/** Walks a version for a snapshot: the header, the nodes depth-first, the history. */
final class SnapshotRecords implements Iterator<SnapshotRecord> {
  private final Version version;
  private final Deque<Iterator<Map.Entry<String, Node>>> open = new ArrayDeque<>();
  private boolean headerGiven;
  private long nextEvent;

  SnapshotRecords(Version version) {
    this.version = version;
    nextEvent = version.history().oldestIndex();
    enter(version.root());
  }

  @Override
  public boolean hasNext() {
    return !headerGiven || !open.isEmpty() || nextEvent <= version.history().lastIndex();
  }

  @Override
  public SnapshotRecord next() {
    if (!headerGiven) {
      headerGiven = true;
      return new SnapshotRecord.Header(
          version.index(), version.nodeCount(), version.history().size(), version.statistics());
    }
    if (!open.isEmpty()) {
      return nextNode();
    }
    if (nextEvent > version.history().lastIndex()) {
      throw new NoSuchElementException();
    }
    return new SnapshotRecord.Past(version.history().at(nextEvent++));
  }

  private SnapshotRecord nextNode() {
    int depth = open.size();
    Map.Entry<String, Node> entry = open.peek().next();
    Node node = entry.getValue();
    if (node instanceof Node.Directory directory) {
      enter(directory);
    }
    leaveFinished();
    return new SnapshotRecord.Node(
        depth,
        entry.getKey(),
        node instanceof Node.File file ? file.value() : null,
        node.createdIndex(),
        node.modifiedIndex(),
        node.expirationMillis());
  }

  /**
   * No iterator on the stack is ever at its end, so that a look at the stack tells what is left.
   */
  private void enter(Node.Directory directory) {
    if (!directory.children().isEmpty()) {
      open.push(directory.children().entrySet().iterator());
    }
  }

  private void leaveFinished() {
    while (!open.isEmpty() && !open.peek().hasNext()) {
      open.pop();
    }
  }
}
