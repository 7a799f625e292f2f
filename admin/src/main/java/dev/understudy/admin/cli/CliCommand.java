package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.tls.Tls;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a command line asks for. */
public sealed interface CliCommand {
  /** Run one machine until it is told to stop. */
  record RunMachine(MachineOptions options) implements CliCommand {}

  /** Run a cluster to play with. */
  record RunLocalCluster(LocalClusterOptions options) implements CliCommand {}

  /** Something to do with the data of machines that do not run, or with a backup. */
  sealed interface Tool extends CliCommand {}

  /** Check every record of the log in a machine's data directory. */
  record VerifyWal(Path directory) implements Tool {}

  /**
   * Print the records of the log in a machine's data directory.
   *
   * @param from the first index to print
   * @param to the last index to print
   * @param entriesOnly whether records that have no index are left out
   */
  record DumpWal(Path directory, long from, long to, boolean entriesOnly) implements Tool {}

  /**
   * Fetch a backup from a running peer's peer port into a file.
   *
   * @param tls how it speaks to an {@code https} URL
   * @param secretFile holds the secret by which machines know each other
   * @param login who asks for it
   */
  record SaveSnapshot(
      HostPort peer, Path file, Tls tls, Optional<Path> secretFile, Optional<Login> login)
      implements Tool {}

  /** Make a backup of what the data directory of a machine that does not run holds. */
  record SaveStopped(Path dataDirectory, Path file) implements Tool {}

  /**
   * Make certificates for a cluster to try things with.
   *
   * @param names of its machines
   * @param hosts that each certificate of theirs is for
   * @param days how long they are good
   */
  record MakeCertificates(Path directory, List<String> names, List<String> hosts, int days)
      implements Tool {
    public MakeCertificates {
      names = List.copyOf(names);
      hosts = List.copyOf(hosts);
    }
  }

  /** Check a backup and say what it holds. */
  record SnapshotStatus(Path file) implements Tool {}

  /**
   * Make of a backup the data directory of the first machine of a new cluster.
   *
   * @param authOff whether nobody is asked who they are there
   */
  record RestoreSnapshot(Path file, Path dataDirectory, MachineRecord founder, boolean authOff)
      implements Tool {}

  /** Ask something of a running cluster. */
  record Operate(OperatorCall call) implements CliCommand {}

  /**
   * Make of the data of one machine, whose cluster has lost its majority, the first machine of a
   * new cluster.
   *
   * @param founder how it is called and reached from now on; empty to leave that as it was
   * @param confirmed whether to go on without asking
   * @param authOff whether nobody is asked who they are from then on
   */
  record Recover(
      Path dataDirectory, Optional<MachineRecord> founder, boolean confirmed, boolean authOff)
      implements Tool {}

  /** Bring the keys of an etcd into a cluster. */
  sealed interface Import extends CliCommand {
    Endpoints target();
  }

  /**
   * Those of one that runs.
   *
   * @param prefix what is copied
   * @param resume whether the target may hold keys, which are made like the source's or deleted
   * @param follow whether to go on with what changes, until a line is typed
   * @param compareSeconds how often both are compared meanwhile
   */
  record ImportEtcd(
      Endpoints source,
      Endpoints target,
      String prefix,
      boolean resume,
      boolean follow,
      int compareSeconds)
      implements Import {}

  /**
   * Those in the data directory of one that does not run, or in a backup of one.
   *
   * @param resume whether the target may hold keys, which are made like the backup's or deleted
   */
  record ImportBackup(Path directory, Endpoints target, boolean resume) implements Import {}

  /** Measure how a cluster bears a load. */
  record Bench(BenchOptions options) implements CliCommand {}

  /**
   * Put results beside each other.
   *
   * @param files each with the JSON of one result; the labels say what belongs together
   * @param html where a report with plots goes
   */
  record CompareBenches(List<Path> files, Optional<Path> html) implements CliCommand {
    public CompareBenches {
      files = List.copyOf(files);
    }
  }

  /** Print this on standard output and leave with 0. */
  record Print(String text) implements CliCommand {}
}
