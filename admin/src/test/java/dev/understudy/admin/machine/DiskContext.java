package dev.understudy.admin.machine;

import dev.understudy.admin.discovery.KeyService;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.HttpClusterClient;
import dev.understudy.peer.PeerContext;
import dev.understudy.standby.StandbyInfoFile;
import dev.understudy.standby.WorkLoop;
import dev.understudy.wal.Directory;
import dev.understudy.wal.WalOptions;
import java.util.Random;
import java.util.random.RandomGenerator;

/** A world that has a disk and nothing else. */
record DiskContext(Directory peerDirectory, StandbyInfoFile standbyInfo) implements MachineContext {
  @Override
  public PeerContext newPeerContext() {
    return new PeerContext(
        (self, snapshots, timer) -> {
          throw new AssertionError("no peer is started");
        },
        () -> 1_000_000 * monotonicMillis(),
        this::wallMillis,
        newRandom());
  }

  @Override
  public WalOptions walOptions() {
    return WalOptions.DEFAULT;
  }

  @Override
  public void open() {}

  @Override
  public String setPeerDirectoryAside() {
    throw new AssertionError("no log is given up");
  }

  @Override
  public ClusterClient clusterClient() {
    return new HttpClusterClient(() -> 0); // not started: nobody can be reached
  }

  @Override
  public KeyService keyService() {
    throw new AssertionError("no token is looked for");
  }

  @Override
  public MachinePorts ports() {
    throw new AssertionError("nobody is answered");
  }

  @Override
  public WorkLoop newLoop(String name) {
    throw new AssertionError("nothing runs");
  }

  @Override
  public long monotonicMillis() {
    return 0;
  }

  @Override
  public long wallMillis() {
    return 0;
  }

  @Override
  public RandomGenerator newRandom() {
    return new Random(1);
  }

  @Override
  public long newId() {
    return 1;
  }

  @Override
  public void close() {}
}
