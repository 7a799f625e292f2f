package dev.understudy.store;

import dev.understudy.store.Node.Directory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Removes what is due at a time, in order. Files, of which very many may be due at once, are only
 * noted, each with its event, and taken out of their directories together: before a directory goes,
 * and at the end. Made for one version; used once.
 */
final class Expiry {
  private final long nowMillis;
  private final List<Result.Success> expired = new ArrayList<>();

  /** What the next directory is removed from, but for the files that are noted. */
  private Version version;

  /** With the events of the files that are noted. */
  private History history;

  /** The files that are noted, by the paths of their directories. */
  private final Map<String, Files> noted = new LinkedHashMap<>();

  private int notedCount;
  private long notedDueBytes;
  private boolean directoryIsGone;

  /** Files of one directory. */
  private record Files(Directory directory, List<String> names, List<Node> nodes) {}

  private Expiry(Version before, long nowMillis) {
    this.version = before;
    this.history = before.history();
    this.nowMillis = nowMillis;
  }

  /**
   * What there is without what is due.
   *
   * @param version the version after all of it
   * @param events one for each, in the order of their indexes
   */
  record Expired(Version version, List<Result.Success> events) {}

  /** Removes every node that is due at or before a time. */
  static Expired of(Version before, long nowMillis) {
    Expiry expiry = new Expiry(before, nowMillis);
    for (Expiration due : before.due().nodes()) {
      if (due.atMillis() > nowMillis) {
        expiry.takeOutNoted(Optional.of(due));
        return new Expired(expiry.version, expiry.expired);
      }
      expiry.expire(due);
    }
    expiry.takeOutNoted(Optional.empty());
    return new Expired(expiry.version, expiry.expired);
  }

  private void expire(Expiration due) {
    if (directoryIsGone && !version.due().nodes().contains(due)) {
      return; // it went with the directory
    }
    int slash = due.path().lastIndexOf('/');
    String name = due.path().substring(slash + 1);
    Files siblings =
        noted.computeIfAbsent(slash == 0 ? KeyPath.ROOT : due.path().substring(0, slash), this::in);
    Node node = siblings.directory().child(name);
    if (node instanceof Directory) {
      remove(due);
    } else {
      siblings.names().add(name);
      siblings.nodes().add(node);
      note(due, node);
    }
  }

  private Files in(String directory) {
    Node found = PathCursor.to(version.root(), directory).found();
    return new Files((Directory) found, new ArrayList<>(), new ArrayList<>());
  }

  private void note(Expiration due, Node file) {
    notedCount++;
    notedDueBytes += due.bytes();
    long index = version.index() + notedCount;
    NodeView gone = NodeView.gone(due.path(), file, index);
    Event event = new Event(Action.EXPIRE, gone, file.view(due.path()), false, nowMillis);
    history = history.plus(event);
    expired.add(new Result.Success(event, version));
  }

  /** Whoever watched something beneath a directory is told by what was there just before. */
  private void remove(Expiration directory) {
    takeOutNoted(Optional.of(directory));
    WriteTxn.Applied applied = new WriteTxn(version, nowMillis).expire(directory);
    expired.add((Result.Success) applied.result());
    version = applied.next();
    history = version.history();
    directoryIsGone = true;
  }

  /**
   * Takes out the files that are noted.
   *
   * @param next what is due after them
   */
  private void takeOutNoted(Optional<Expiration> next) {
    if (notedCount > 0) {
      Directory root = version.root();
      for (Map.Entry<String, Files> each : noted.entrySet()) {
        root = without(root, each.getKey(), each.getValue());
      }
      version =
          new Version(
              root,
              version.index() + notedCount,
              version.due().from(next, notedDueBytes),
              history,
              version.statistics().plus(Counter.EXPIRE_COUNT, notedCount));
    }
    noted.clear();
    notedCount = 0;
    notedDueBytes = 0;
  }

  private static Directory without(Directory root, String path, Files files) {
    PathCursor descent = PathCursor.to(root, path);
    Directory directory = (Directory) descent.found();
    return files.names().isEmpty()
        ? root
        : descent.put(
            directory.withoutAll(files.names(), files.nodes()), directory.modifiedIndex());
  }
}
