package dev.understudy.store;

import java.util.Iterator;
import java.util.Optional;

/**
 * One immutable state of the store: the tree, the index, what is due when, the last events, the
 * counters. Any thread may read it for as long as it likes, without locks; two stores that applied
 * the same operations have the same.
 */
public final class Version {
  private final Node.Directory root;
  private final long index;
  private final DueNodes due;
  private final History history;
  private final Statistics statistics;

  Version(Node.Directory root, long index, DueNodes due, History history, Statistics statistics) {
    this.root = root;
    this.index = index;
    this.due = due;
    this.history = history;
    this.statistics = statistics;
  }

  static Version empty(History.Bounds historyBounds) {
    return new Version(
        Node.Directory.EMPTY_ROOT,
        0,
        DueNodes.NONE,
        History.empty(historyBounds, 0),
        Statistics.ZERO);
  }

  /** The number of successful writes so far: the {@code X-Etcd-Index} of answers. */
  public long index() {
    return index;
  }

  /** How many nodes there are, the root not counted. */
  public long nodeCount() {
    return root.nodesBeneath();
  }

  /**
   * About how many bytes of memory the tree takes. Equal in all stores that applied the same
   * operations.
   */
  public long treeBytes() {
    return root.bytesBeneath() + due.bytes();
  }

  /**
   * About how many bytes of memory a node takes with all that is beneath it; 0 when there is none.
   */
  public long bytesOf(String path) {
    PathCursor descent = PathCursor.to(root, KeyPath.clean(path));
    return descent.found() == null ? 0 : descent.found().bytes();
  }

  /** About how many bytes of memory the past events take. */
  public long historyBytes() {
    return history.bytes();
  }

  /** The counters of write operations. */
  public Statistics statistics() {
    return statistics;
  }

  /**
   * Reads a node. Costs as much as the path has segments; the children are walked when they are
   * asked for.
   *
   * @param recursive whether the nodes of a directory are listed with theirs, and so on
   * @return an event with the action {@code get}, or code 100 or 104
   */
  public Result get(String path, boolean recursive) {
    PathCursor descent = PathCursor.to(root, KeyPath.clean(path));
    Optional<Precondition> absence = descent.absence();
    if (absence.isPresent()) {
      return new Result.Failure(absence.get().at(index));
    }
    String key = descent.toRoot() ? "" : descent.path();
    NodeView view = descent.found().view(key);
    if (descent.found() instanceof Node.Directory directory) {
      view = view.listing(new Listing(key, directory, recursive));
    }
    return new Result.Success(new Event(Action.GET, view, null, false, Event.UNDATED), this);
  }

  /**
   * The cluster time in milliseconds at which the next node is due, or {@link NodeView#PERMANENT}.
   */
  public long nextExpirationMillis() {
    return due.nodes().isEmpty() ? NodeView.PERMANENT : due.nodes().first().atMillis();
  }

  /**
   * Everything in this version, for a snapshot; see {@link Store#restore}. Made while it is
   * iterated, with memory for no more than the depth of the tree.
   */
  public Iterator<SnapshotRecord> records() {
    return new SnapshotRecords(this);
  }

  Node.Directory root() {
    return root;
  }

  DueNodes due() {
    return due;
  }

  History history() {
    return history;
  }

  /** The version after a change of the tree. */
  Version after(Event event, Node.Directory nextRoot, DueNodes nextDue, Counter counter) {
    return new Version(
        nextRoot, event.index(), nextDue, history.plus(event), statistics.plus(counter, 1));
  }

  /** The version after something that was refused. */
  Version counting(Counter counter) {
    return new Version(root, index, due, history, statistics.plus(counter, 1));
  }
}
