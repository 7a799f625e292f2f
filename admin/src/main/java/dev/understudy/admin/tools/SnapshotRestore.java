package dev.understudy.admin.tools;

import dev.understudy.admin.cli.CliCommand;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.peer.PeerFiles;
import dev.understudy.statemachine.StateImage;
import dev.understudy.wal.Directory;
import dev.understudy.wal.DiskDirectory;
import dev.understudy.wal.WalIdentity;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;
import java.util.stream.Stream;

/** Makes of a backup the data directory of the first machine of a new cluster. */
final class SnapshotRestore {
  /** Our own lock, and what a fresh file system has. */
  private static final Set<String> NOTHING = Set.of("LOCK", "lost+found");

  private final PrintStream out;
  private final SecureRandom random = new SecureRandom();

  SnapshotRestore(PrintStream out) {
    this.out = out;
  }

  void run(CliCommand.RestoreSnapshot restore) throws IOException {
    BackupFile backup = BackupFile.read(restore.file());
    Path path = restore.dataDirectory();
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new NotDirectoryException(path.toString());
    }
    WalIdentity identity = new WalIdentity(newId(), newId());
    try (Directory data = DiskDirectory.open(path)) {
      checkEmpty(path);
      try (Directory peer = DiskDirectory.open(path.resolve("peer"))) {
        StateImage image = restore.authOff() ? backup.image().withoutAuth() : backup.image();
        PeerFiles.restore(peer, identity, restore.founder(), backup.metadata(), image);
      }
      data.force();
    }
    print(restore, identity, backup);
  }

  private long newId() {
    long id = random.nextLong();
    return id == 0 ? 1 : id;
  }

  private static void checkEmpty(Path path) throws IOException {
    try (Stream<Path> children = Files.list(path)) {
      if (children.anyMatch(child -> !NOTHING.contains(child.getFileName().toString()))) {
        throw new IOException(path + ": not empty; a restored cluster begins in a new directory");
      }
    }
  }

  private void print(CliCommand.RestoreSnapshot restore, WalIdentity identity, BackupFile backup) {
    MachineRecord founder = restore.founder();
    out.println(
        "restored "
            + backup.image().version().nodeCount()
            + " nodes into "
            + restore.dataDirectory()
            + ": cluster "
            + HexId.text(identity.clusterId())
            + ", member "
            + HexId.text(identity.memberId()));
    out.println(
        "start it with --name "
            + founder.name()
            + " --data-dir "
            + restore.dataDirectory()
            + " --peer-addr "
            + founder.peerUrl().replaceFirst("^http://", "")
            + " --addr "
            + founder.clientUrl().replaceFirst("^http://", ""));
  }
}
