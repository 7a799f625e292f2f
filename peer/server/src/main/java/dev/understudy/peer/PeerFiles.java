package dev.understudy.peer;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.StoreVersion;
import dev.understudy.peer.proto.CommandProto.Command;
import dev.understudy.peer.proto.CommandProto.CreateCluster;
import dev.understudy.peer.proto.CommandProto.MachineChange;
import dev.understudy.raft.Bootstrap;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.Payload;
import dev.understudy.wal.Directory;
import dev.understudy.wal.Wal;
import dev.understudy.wal.WalBatch;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalListener;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How a peer's directory begins and ends. Nobody else uses the directory meanwhile.
 *
 * <p>Beginning anew takes several steps, and a crash may come between any two of them. A mark says
 * so: a directory that bears it is neither an old log nor a new one, and is emptied by {@link
 * #exist}.
 */
public final class PeerFiles {

  private static final String UNFINISHED = "unfinished";

  private PeerFiles() {}

  /** Whether a peer has lived here. Removes what a crash at a peer's beginning has left. */
  public static boolean exist(Directory directory) throws IOException {
    if (directory.list().contains(UNFINISHED)) {
      forget(directory);
    }
    return Wal.exists(directory);
  }

  /**
   * Founds a cluster of one: a log whose first entry gives the founder its seat, and whose second
   * holds the cluster's config. Both are committed from the start. What was here before goes.
   *
   * @param wallMillis now, where the cluster's time begins
   */
  public static void found(
      Directory directory,
      WalIdentity identity,
      MachineRecord founder,
      ClusterConfig config,
      long wallMillis)
      throws IOException {
    Bootstrap bootstrap = Bootstrap.of(identity.memberId(), seat(identity, founder, wallMillis));
    List<Entry> entries = new ArrayList<>(bootstrap.entries());
    long term = bootstrap.hardState().term();
    long last = entries.size() + 1L;
    entries.add(new Entry(term, last, new Payload.Normal(creation(config, wallMillis))));
    HardState hardState = new HardState(term, bootstrap.hardState().vote(), last);
    anew(directory, () -> write(directory, identity, WalBatch.of(entries, hardState)));
  }

  private static byte[] seat(WalIdentity identity, MachineRecord founder, long wallMillis) {
    return Command.newBuilder()
        .setClusterTimeMillis(wallMillis)
        .setMachineChange(
            MachineChange.newBuilder()
                .setName(founder.name())
                .setAdded(identity.memberId())
                .setPeerUrl(founder.peerUrl())
                .setClientUrl(founder.clientUrl()))
        .build()
        .toByteArray();
  }

  private static byte[] creation(ClusterConfig config, long wallMillis) {
    return Command.newBuilder()
        .setClusterTimeMillis(wallMillis)
        .setCreateCluster(
            CreateCluster.newBuilder()
                .setConfigJson(config.toJson())
                .setStoreVersion(StoreVersion.CURRENT))
        .build()
        .toByteArray();
  }

  /**
   * Makes the empty log of a member that was given a seat; its leader will fill it. What was here
   * before goes.
   */
  public static void prepare(Directory directory, WalIdentity identity) throws IOException {
    anew(
        directory,
        () -> Wal.create(directory, identity, WalOptions.DEFAULT, WalListener.NONE).close());
  }

  /** Removes everything, so that another member may begin here. */
  public static void forget(Directory directory) throws IOException {
    anew(directory, () -> {});
  }

  /** Something that a crash may interrupt. */
  @FunctionalInterface
  private interface Beginning {
    void run() throws IOException;
  }

  private static void anew(Directory directory, Beginning beginning) throws IOException {
    List<String> old = directory.list();
    if (!old.contains(UNFINISHED)) {
      directory.create(UNFINISHED).close();
      directory.force();
    }
    for (String name : old) {
      if (!name.equals(UNFINISHED)) {
        directory.delete(name);
      }
    }
    beginning.run();
    directory.force();
    directory.delete(UNFINISHED);
    directory.force();
  }

  private static void write(Directory directory, WalIdentity identity, WalBatch batch)
      throws IOException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (Wal wal = Wal.create(directory, identity, WalOptions.DEFAULT, failure::set)) {
      wal.append(batch, () -> {});
      wal.turn();
    }
    if (failure.get() != null) {
      throw new IOException("the log could not be begun: " + failure.get(), failure.get());
    }
  }
}
