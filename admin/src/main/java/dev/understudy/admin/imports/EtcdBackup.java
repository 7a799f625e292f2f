package dev.understudy.admin.imports;

import dev.understudy.store.NodeView;
import dev.understudy.store.Result;
import dev.understudy.store.SnapshotRecord;
import dev.understudy.store.Store;
import dev.understudy.store.Version;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
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
    List<Path> log = files(inner.resolve(LOG), ".wal");
    for (Path file : log) {
      if (isLocked(file)) {
        throw new ImportException(
            directory + ": an etcd runs with it: stop that, or import its backup (etcdctl backup)");
      }
    }
    Store store = new Store(1);
    long applied = restoreNewestWhole(inner.resolve(SNAPSHOTS), store);
    InOrderNaming naming = naming(store, log, applied);
    long uncommitted = EtcdLog.read(log, applied, entry -> EtcdRequest.apply(entry, store, naming));
    return new EtcdBackup(store, uncommitted);
  }

  /**
   * As an etcd 3 that runs has locked every file of its log. One of 2.x locks them in a way that
   * Java does not see, so of that it is left to the caller.
   */
  private static boolean isLocked(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      FileLock lock;
      try {
        lock = channel.tryLock(0, Long.MAX_VALUE, true);
      } catch (IOException e) {
        return false; // nothing can be locked there, without which no etcd runs
      }
      return lock == null; // which ends when the file is closed
    }
  }

  /** By the last version that the cluster had; that of the log stands behind the snapshot's. */
  private static InOrderNaming naming(Store store, List<Path> log, long applied)
      throws IOException, ImportException {
    AtomicReference<Optional<String>> version =
        new AtomicReference<>(
            store.current().get(EtcdRequest.CLUSTER_VERSION, false) instanceof Result.Success there
                ? Optional.ofNullable(there.event().node().value())
                : Optional.empty());
    EtcdLog.read(
        log,
        applied,
        entry -> EtcdRequest.clusterVersion(entry).ifPresent(now -> version.set(Optional.of(now))));
    return InOrderNaming.of(version.get());
  }

  /** Returns the last entry that is in the store afterwards. */
  private static long restoreNewestWhole(Path directory, Store store)
      throws IOException, ImportException {
    List<Path> files = files(directory, ".snap");
    ImportException why = null;
    for (int i = files.size() - 1; i >= 0; i--) {
      try {
        return restore(files.get(i), store);
      } catch (ImportException e) {
        why = e;
      }
    }
    if (why != null) {
      throw why;
    }
    return 0;
  }

  private static long restore(Path file, Store store) throws IOException, ImportException {
    EtcdSnapshot snapshot = EtcdSnapshot.read(file);
    try {
      store.restore(snapshot.records());
    } catch (IllegalArgumentException e) {
      throw new ImportException(file + ": a damaged snapshot: its nodes are no tree");
    }
    return snapshot.index();
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

  /** How many entries of the log were taken that the member did not know to be committed. */
  long uncommitted() {
    return uncommitted;
  }

  /** The keys as clients know them, by their paths. */
  KeySpace.Listing listing() {
    NavigableMap<String, TreeNode> nodes = new TreeMap<>();
    long plainNames = 0;
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
          plainNames += InOrderNames.isPlain(read, node.createdIndex()) ? 1 : 0;
        }
      }
    }
    return new KeySpace.Listing(nodes, version.index(), plainNames);
  }

  private static TreeNode read(String path, SnapshotRecord.Node node) {
    boolean permanent = node.expirationMillis() == NodeView.PERMANENT;
    return new TreeNode(
        path,
        Optional.ofNullable(node.value()),
        permanent ? TreeNode.PERMANENT : node.expirationMillis());
  }
}
