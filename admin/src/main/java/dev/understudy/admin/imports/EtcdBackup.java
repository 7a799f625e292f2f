package dev.understudy.admin.imports;

import dev.understudy.store.NodeView;
import dev.understudy.store.SnapshotRecord;
import dev.understudy.store.Store;
import dev.understudy.store.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The v2 keys in the data directory of an etcd 2.x to 3.4 that does not run, or in a backup of one
 * ({@code etcdctl backup}): the newest snapshot that is whole, and the log behind it, done again by
 * our store, which answers as etcd's does. Hidden keys are there, too.
 */
final class EtcdBackup {
  private static final String SNAPSHOTS = "snap";
  private static final String LOG = "wal";

  /** Beneath which etcd keeps the keys; its members are beneath another one. */
  private static final String KEYS = "/1";

  private final Store store;
  private final long uncommitted;

  private EtcdBackup(Store store, long uncommitted) {
    this.store = store;
    this.uncommitted = uncommitted;
  }

  /**
   * Reads all of it; changes nothing there.
   *
   * @param directory with {@code snap} and {@code wal} in it, or with {@code member} that has them
   * @throws ImportException if it is none, or is damaged; it says where
   * @throws IOException if it cannot be read
   */
  static EtcdBackup read(Path directory) throws IOException, ImportException {
    Path inner =
        Files.isDirectory(directory.resolve("member")) ? directory.resolve("member") : directory;
    if (!Files.isDirectory(inner.resolve(LOG))) {
      throw new ImportException(
          directory + ": neither a data directory of etcd nor a backup of one");
    }
    Store store = new Store(1);
    long applied = 0;
    Optional<EtcdSnapshot> snapshot = newestWhole(inner.resolve(SNAPSHOTS));
    if (snapshot.isPresent()) {
      store.restore(snapshot.get().records().iterator());
      applied = snapshot.get().index();
    }
    EtcdLog log = EtcdLog.read(files(inner.resolve(LOG), ".wal"), applied);
    for (EtcdLog.Entry entry : log.entries()) {
      EtcdRequest.apply(entry, store);
    }
    return new EtcdBackup(store, log.uncommitted());
  }

  private static Optional<EtcdSnapshot> newestWhole(Path directory)
      throws IOException, ImportException {
    List<Path> files = files(directory, ".snap");
    ImportException why = null;
    for (int i = files.size() - 1; i >= 0; i--) {
      try {
        return Optional.of(EtcdSnapshot.read(files.get(i)));
      } catch (ImportException e) {
        why = e;
      }
    }
    if (why != null) {
      throw why;
    }
    return Optional.empty();
  }

  private static List<Path> files(Path directory, String ending) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.toString().endsWith(ending))
          .filter(Files::isRegularFile) // a pipe would be read for ever
          .sorted()
          .toList();
    }
  }

  /** Of the last write that is in it. */
  long index() {
    return store.current().index();
  }

  /** How many entries of the log were taken that the member did not know to be committed. */
  long uncommitted() {
    return uncommitted;
  }

  /** The keys as clients know them, by their paths. */
  NavigableMap<String, TreeNode> nodes() {
    NavigableMap<String, TreeNode> nodes = new TreeMap<>();
    Version version = store.current();
    List<String> way = new ArrayList<>();
    for (Iterator<SnapshotRecord> records = version.records(); records.hasNext(); ) {
      if (records.next() instanceof SnapshotRecord.Node node) {
        way.subList(node.depth() - 1, way.size()).clear();
        way.add(node.name());
        String path = "/" + String.join("/", way);
        if (path.startsWith(KEYS + "/")) {
          TreeNode read = read(path.substring(KEYS.length()), node);
          nodes.put(read.path(), read);
        }
      }
    }
    return nodes;
  }

  private static TreeNode read(String path, SnapshotRecord.Node node) {
    boolean permanent = node.expirationMillis() == NodeView.PERMANENT;
    return new TreeNode(
        path,
        Optional.ofNullable(node.value()),
        permanent ? TreeNode.PERMANENT : node.expirationMillis());
  }
}
