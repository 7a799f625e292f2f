package dev.understudy.store;

import dev.understudy.store.Node.Directory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import org.pcollections.TreePSet;

/**
 * Builds a version from the records of another. Trusts nothing: whatever could not have come from
 * {@link Version#records()} ends in an {@link IllegalArgumentException}. Used once.
 */
final class SnapshotLoader {
  /** Far above what a client may write; with deeper ones a small snapshot fills the memory. */
  private static final int MAX_PATH_CHARS = 1 << 16;

  private final History.Bounds historyBounds;
  private final Deque<Open> open = new ArrayDeque<>();
  private final TreeSet<Expiration> due = new TreeSet<>();

  SnapshotLoader(History.Bounds historyBounds) {
    this.historyBounds = historyBounds;
  }

  Version from(Iterator<SnapshotRecord> records) {
    SnapshotRecord.Header header = next(records, SnapshotRecord.Header.class);
    if (header.nodes() < 0 || header.index() < 0) {
      throw new IllegalArgumentException("a header that cannot be: " + header);
    }
    Directory root = tree(records, header);
    History history = history(records, header);
    if (records.hasNext()) {
      throw new IllegalArgumentException("a record too many: " + records.next());
    }
    DueNodes dueNodes =
        new DueNodes(TreePSet.fromSortedSet(due), due.stream().mapToLong(Expiration::bytes).sum());
    return new Version(root, header.index(), dueNodes, history, header.statistics());
  }

  private Directory tree(Iterator<SnapshotRecord> records, SnapshotRecord.Header header) {
    open.push(new Open("", 0, Directory.EMPTY_ROOT));
    for (long i = 0; i < header.nodes(); i++) {
      add(next(records, SnapshotRecord.Node.class), header.index());
    }
    closeDeeperThan(1);
    return open.pop().closed();
  }

  private void add(SnapshotRecord.Node node, long storeIndex) {
    if (node.depth() < 1 || node.depth() > open.size() || !KeyPath.isName(node.name())) {
      throw new IllegalArgumentException("no place in the tree for " + node);
    }
    if (node.createdIndex() < 0
        || node.createdIndex() > node.modifiedIndex()
        || node.modifiedIndex() > storeIndex) {
      throw new IllegalArgumentException("newer than the index " + storeIndex + ": " + node);
    }
    closeDeeperThan(node.depth());
    int pathChars = open.element().pathChars + 1 + node.name().length();
    if (pathChars > MAX_PATH_CHARS) {
      throw new IllegalArgumentException("a path of " + pathChars + " characters or more");
    }
    if (node.expirationMillis() != NodeView.PERMANENT) {
      due.add(new Expiration(node.expirationMillis(), pathTo(node.name())));
    }
    if (node.value() == null) {
      open.push(
          new Open(
              node.name(),
              pathChars,
              new Directory(
                  Directory.NO_CHILDREN,
                  node.createdIndex(),
                  node.modifiedIndex(),
                  node.expirationMillis(),
                  0,
                  0,
                  0)));
    } else {
      open.element()
          .add(
              node.name(),
              new Node.File(
                  node.value(),
                  node.createdIndex(),
                  node.modifiedIndex(),
                  node.expirationMillis()));
    }
  }

  private String pathTo(String name) {
    StringBuilder path = new StringBuilder();
    for (Iterator<Open> down = open.descendingIterator(); down.hasNext(); ) {
      String directory = down.next().name;
      path.append(directory).append('/');
    }
    return path.append(name).toString();
  }

  private void closeDeeperThan(int directories) {
    while (open.size() > directories) {
      Open finished = open.pop();
      open.element().add(finished.name, finished.closed());
    }
  }

  private History history(Iterator<SnapshotRecord> records, SnapshotRecord.Header header) {
    if (header.events() < 0 || header.events() > header.index()) {
      throw new IllegalArgumentException("a history that cannot be: " + header);
    }
    History history = History.empty(historyBounds, header.index() - header.events());
    for (int i = 0; i < header.events(); i++) {
      Event event = next(records, SnapshotRecord.Past.class).event();
      if (event.index() != history.lastIndex() + 1) {
        throw new IllegalArgumentException("a gap in the history before " + event);
      }
      history = history.plus(event);
    }
    return history;
  }

  private static <T extends SnapshotRecord> T next(
      Iterator<SnapshotRecord> records, Class<T> kind) {
    try {
      SnapshotRecord found = records.next();
      if (kind.isInstance(found)) {
        return kind.cast(found);
      }
      throw new IllegalArgumentException(
          "expected a record " + kind.getSimpleName() + ", found " + found);
    } catch (NoSuchElementException e) {
      throw new IllegalArgumentException("the records end too early", e);
    }
  }

  /** A directory whose children are still coming. */
  private static final class Open {
    private final String name;
    private final int pathChars;
    private final Directory bare;
    private final NamedNodes children = new NamedNodes();
    private long nodes;
    private long expiring;
    private long bytes;

    Open(String name, int pathChars, Directory bare) {
      this.name = name;
      this.pathChars = pathChars;
      this.bare = bare;
    }

    void add(String child, Node node) {
      children.add(child, node);
      nodes += node.weight();
      expiring += node.expiringCount();
      bytes += node.bytes() + TextSize.bytes(child);
    }

    Directory closed() {
      return new Directory(
          children.toMap(),
          bare.createdIndex(),
          bare.modifiedIndex(),
          bare.expirationMillis(),
          nodes,
          expiring,
          bytes);
    }
  }
}
