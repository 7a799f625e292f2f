package dev.understudy.admin.tools;

import dev.understudy.admin.cli.CliCommand;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.peer.PeerFiles;
import dev.understudy.peer.StoppedPeer;
import dev.understudy.peer.StoppedPeer.Survivor;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.StateImage;
import dev.understudy.wal.Directory;
import dev.understudy.wal.DiskDirectory;
import dev.understudy.wal.WalIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Founds a new cluster, with new ids, on the data of one machine whose cluster has lost its
 * majority. The old log is kept under another name; the new one is made beside it and put in its
 * place at the end, so a recovery that is interrupted can be started again.
 */
final class Recovery {
  private static final String PEER = "peer";
  private static final String UNFINISHED = "peer.recovered";
  private static final String STANDBY_INFO = "standby_info";

  private final PrintStream out;
  private final InputStream in;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param in where the answer comes from, when somebody is asked
   */
  Recovery(PrintStream out, InputStream in) {
    this.out = out;
    this.in = in;
  }

  /** Returns whether it was done; not done is only what nobody has confirmed. */
  boolean run(CliCommand.Recover recover) throws IOException {
    Path path = recover.dataDirectory();
    if (!Files.isDirectory(path)) {
      throw new NoSuchFileException(path.toString());
    }
    // Its lock keeps a machine from starting meanwhile, and this from being done to one that runs.
    try (Directory data = DiskDirectory.open(path)) {
      Path peer = path.resolve(PEER);
      if (Files.isSymbolicLink(peer)) {
        throw new IOException(peer + ": a symbolic link, which is not followed here");
      }
      if (!Files.exists(peer) && Files.exists(path.resolve(UNFINISHED))) {
        putInPlace(path, data);
        out.println("a recovery that was interrupted is done now");
        return true;
      }
      return run(recover, path, data);
    }
  }

  private boolean run(CliCommand.Recover recover, Path path, Directory data) throws IOException {
    Survivor survivor;
    try (Directory log = WalTool.open(path)) {
      survivor = StoppedPeer.survivor(log);
    }
    MachineRecord founder = founder(recover, survivor);
    WalIdentity identity = new WalIdentity(newId(), newId());
    tell(path, survivor, founder);
    StateImage found = survivor.state().image();
    if (found.users().enabled()) {
      out.println(
          recover.authOff()
              ? "auth is OFF from then on: everybody may do everything until it is enabled again"
              : "auth stays enabled; if no password of root is known, use --auth-off");
    }
    if (!recover.confirmed() && !isConfirmed()) {
      out.println("nothing was changed");
      return false;
    }
    try (Directory next = DiskDirectory.open(path.resolve(UNFINISHED))) {
      StateImage image = recover.authOff() ? found.withoutAuth() : found;
      PeerFiles.restore(next, identity, founder, survivor.state().metadata(), image);
    }
    Path aside = unused(path, PEER);
    Files.move(path.resolve(PEER), aside, StandardCopyOption.ATOMIC_MOVE);
    data.force();
    putInPlace(path, data);
    out.println(
        "%s is the only machine of the new cluster %s, as member %s; its old log is %s"
            .formatted(
                founder.name(),
                HexId.text(identity.clusterId()),
                HexId.text(identity.memberId()),
                aside));
    out.println(
        "start it with its own command; then the others with empty data directories and --peers "
            + founder.peerUrl().replaceFirst("^http://", ""));
    return true;
  }

  /** What the machine knew as a standby goes last: while it is there, nothing can be founded. */
  private static void putInPlace(Path path, Directory data) throws IOException {
    Files.move(path.resolve(UNFINISHED), path.resolve(PEER), StandardCopyOption.ATOMIC_MOVE);
    data.force();
    Path note = path.resolve(STANDBY_INFO);
    if (Files.exists(note, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(note, unused(path, STANDBY_INFO), StandardCopyOption.ATOMIC_MOVE);
      data.force();
    }
  }

  private static Path unused(Path path, String name) {
    int number = 1;
    Path aside = path.resolve(name + ".before-recovery-1");
    while (Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
      number++;
      aside = path.resolve(name + ".before-recovery-" + number);
    }
    return aside;
  }

  private static MachineRecord founder(CliCommand.Recover recover, Survivor survivor)
      throws IOException {
    Optional<MachineRecord> known =
        survivor
            .state()
            .image()
            .registry()
            .byMember(survivor.identity().memberId())
            .map(Seat::machine);
    return recover
        .founder()
        .or(() -> known)
        .orElseThrow(
            () ->
                new IOException(
                    recover.dataDirectory()
                        + ": the log names no machine for it; say --name, --peer-addr and --addr"));
  }

  private void tell(Path path, Survivor survivor, MachineRecord founder) {
    SnapshotMetadata last = survivor.state().metadata();
    String seats =
        survivor.state().image().registry().all().stream()
            .map(Seat::name)
            .collect(Collectors.joining(", "));
    out.println("%s holds the log of %s; seats: %s".formatted(path, survivor.identity(), seats));
    out.println(
        "it ends with entry %d of term %d, at %s"
            .formatted(
                last.index(),
                last.term(),
                Instant.ofEpochMilli(survivor.state().image().clusterTimeMillis())));
    long unsure = Math.max(0, last.index() - survivor.commit());
    out.println("MAY BE MISSING: all that the other machines have acknowledged after that entry");
    out.println(
        "MAY BE TOO MUCH: the last %d entries, which this machine does not know to be committed"
            .formatted(unsure));
    out.println(
        "a NEW cluster of %s alone is founded on it; the old machines must not run again with their"
                .formatted(founder.name())
            + " old data");
  }

  private boolean isConfirmed() throws IOException {
    out.print("go on? (yes/no) ");
    out.flush();
    String answer =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
    return answer != null && answer.strip().equals("yes");
  }

  private long newId() {
    long id = random.nextLong();
    return id == 0 ? 1 : id;
  }
}
