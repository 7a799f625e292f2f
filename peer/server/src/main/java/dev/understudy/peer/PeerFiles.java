package dev.understudy.peer;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.StoreVersion;
import dev.understudy.raft.Bootstrap;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.Payload;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.statemachine.MembershipContext;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.SeatResult;
import dev.understudy.statemachine.StateImage;
import dev.understudy.statemachine.StateImageCodec;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.wal.Directory;
import dev.understudy.wal.ReadableFile;
import dev.understudy.wal.SnapshotStore;
import dev.understudy.wal.Wal;
import dev.understudy.wal.WalBatch;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalListener;
import dev.understudy.wal.WalOptions;
import dev.understudy.wal.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * How a peer's directory begins and ends. Nobody else uses the directory meanwhile.
 *
 * <p>Beginning anew takes several steps, and a crash may come between any two of them. A mark says
 * so: a directory that bears it is neither an old log nor a new one, and is emptied by {@link
 * #clearInterrupted}.
 *
 * <p>Only files whose names a peer gives are ever removed; whatever else lies here stays.
 */
public final class PeerFiles {
  private static final String UNFINISHED = "unfinished";

  /** Marks a directory whose data were dropped at the last start; outlives the new beginning. */
  private static final String DROPPED = "dropped";

  private static final Pattern OWN_FILES =
      Pattern.compile(
          "[0-9a-f]{16}-[0-9a-f]{16}(-\\d+)?\\.(wal|snap)(\\.tmp)?"
              + "|spare-\\d+\\.wal\\.tmp|(incarnation|starts)(\\.tmp)?|clock|promised(\\.tmp)?"
              + "|unfinished|dropped");

  private static final String PROMISED = "promised";
  private static final int MAX_PROMISE_BYTES = 4_096;
  private static final String PROMISED_UNFINISHED = PROMISED + ".tmp";

  private static final String LOG = ".wal";
  private static final String SNAPSHOT = ".snap";
  private static final String ELSEWHERE = " give another --data-dir, or move that away";

  private PeerFiles() {}

  /**
   * Whether a peer's log lies here. Changes nothing.
   *
   * @throws UnknownDataException when there is no log but something that a new one must not
   *     replace, or a file that passes for a part of the log
   */
  public static boolean exist(Directory directory) throws IOException {
    List<String> files = directory.list();
    if (files.contains(UNFINISHED)) {
      return false;
    }
    for (String file : files) {
      if (file.endsWith(LOG)) {
        refuseUnlessOwn(directory, file);
      }
    }
    if (Wal.exists(directory)) {
      return true;
    }
    for (String file : files) {
      refuseUnlessOwn(directory, file);
      if (file.endsWith(SNAPSHOT)) {
        throw new UnknownDataException(
            directory
                + " holds the snapshot "
                + file
                + " but not its log; bring the .wal files back, or drop the snapshot with --force");
      }
    }
    return false;
  }

  /** Whether a file's name is one that a peer gives. Nothing else is ever removed. */
  private static boolean isOwn(String file) {
    return OWN_FILES.matcher(file).matches();
  }

  /** Removes what a crash at a peer's beginning has left. */
  public static void clearInterrupted(Directory directory) throws IOException {
    if (directory.list().contains(UNFINISHED)) {
      anew(directory, () -> {});
    }
  }

  /**
   * Founds a cluster of one: a log whose first entry gives the founder its seat, and whose second
   * holds the cluster's config. Both are committed from the start. What was here before goes.
   *
   * @param options of the log, whose first segment it makes
   * @param wallMillis now, where the cluster's time begins if that can be a date
   */
  public static void found(
      Directory directory,
      WalOptions options,
      WalIdentity identity,
      MachineRecord founder,
      ClusterConfig config,
      long wallMillis)
      throws IOException {
    long begins = StateMachine.beginningOfTime(wallMillis);
    Bootstrap bootstrap = Bootstrap.of(identity.memberId(), seat(identity, founder, begins));
    List<Entry> entries = new ArrayList<>(bootstrap.entries());
    long term = bootstrap.hardState().term();
    long last = entries.size() + 1L;
    entries.add(new Entry(term, last, new Payload.Normal(creation(config, begins))));
    HardState hardState = new HardState(term, bootstrap.hardState().vote(), last);
    anew(directory, () -> write(directory, options, identity, WalBatch.of(entries, hardState)));
  }

  /**
   * Founds a cluster of one that begins with the state of another: a log that begins behind a
   * snapshot of it. The key tree stays as it was, with its index and its events; the old machines
   * lose their seats, and the founder takes the only one. What was here before goes.
   *
   * @param of the entry that the state was of; the new log counts on from there
   */
  public static void restore(
      Directory directory,
      WalIdentity identity,
      MachineRecord founder,
      SnapshotMetadata of,
      StateImage state)
      throws IOException {
    StateImage image = founded(identity, founder, of.index(), state);
    SnapshotMetadata metadata =
        new SnapshotMetadata(of.term(), of.index(), ConfState.ofVoters(identity.memberId()));
    HardState hardState = new HardState(of.term(), 0, of.index());
    anew(
        directory,
        () -> {
          SnapshotStore.open(directory).save(metadata, out -> StateImageCodec.write(image, out));
          write(
              directory,
              WalOptions.DEFAULT,
              identity,
              WalBatch.installed(metadata, List.of(), Optional.of(hardState)));
        });
  }

  /**
   * The state once the founder holds the only seat. The ids of old members need not be kept from
   * coming back: they belong to another cluster, whose peers are turned away.
   */
  private static StateImage founded(
      WalIdentity identity, MachineRecord founder, long index, StateImage state) {
    StateMachine machine = new StateMachine(1);
    machine.restore(state);
    List<Seat> old = List.copyOf(state.registry().all());
    for (int i = 0; i < old.size(); i++) {
      long leaving = old.get(i).member();
      ChangeSeats change =
          i == old.size() - 1
              ? ChangeSeats.replace(founder, identity.memberId(), leaving)
              : ChangeSeats.take(old.get(i).name(), leaving);
      if (machine.apply(index, 0, change) instanceof SeatResult.Refused refused) {
        throw new IllegalArgumentException("the seats cannot be cleared: " + refused.cause());
      }
    }
    StateImage cleared = machine.image();
    return new StateImage(
        cleared.version(),
        new Registry(cleared.registry().seats(), Set.of()),
        cleared.clusterTimeMillis(),
        cleared.locks(),
        cleared.users());
  }

  private static byte[] seat(WalIdentity identity, MachineRecord founder, long clusterMillis) {
    return CommandCodec.encode(
        new MembershipContext(
            clusterMillis, Optional.of(ChangeSeats.give(founder, identity.memberId()))));
  }

  private static byte[] creation(ClusterConfig config, long clusterMillis) {
    Command<?> create = new Command.CreateCluster(config.toJson(), StoreVersion.CURRENT);
    return CommandCodec.encode(CommandEnvelope.founding(clusterMillis, create));
  }

  /**
   * Makes the empty log of a member that was given a seat; its leader will fill it. What was here
   * before goes.
   *
   * @param options of the log, whose first segment it makes
   */
  public static void prepare(Directory directory, WalOptions options, WalIdentity identity)
      throws IOException {
    anew(directory, () -> Wal.create(directory, identity, options, WalListener.NONE).close());
  }

  /**
   * Removes log and snapshots once: a second time is refused until {@link #allowDrop} was called in
   * between, so that a command line that demands it at every start loses the data of one.
   *
   * @throws UnknownDataException when the last start has dropped the data already, or there is
   *     something beside them with which no new log could begin; nothing has been changed
   */
  public static void drop(Directory directory) throws IOException {
    List<String> files = directory.list();
    for (String file : files) {
      refuseUnlessOwn(directory, file);
    }
    if (files.contains(DROPPED) && holdData(files)) {
      throw new UnknownDataException(
          "the last start with --force has dropped the data already, and this one would drop what"
              + " came since; start without --force, or remove "
              + directory
              + "/"
              + DROPPED
              + " to drop it again");
    }
    if (!files.contains(DROPPED)) {
      directory.create(DROPPED).close();
      directory.force();
    }
    anew(directory, () -> {});
  }

  private static boolean holdData(List<String> files) {
    return !files.contains(UNFINISHED)
        && files.stream().anyMatch(file -> file.endsWith(LOG) || file.endsWith(SNAPSHOT));
  }

  private static void refuseUnlessOwn(Directory directory, String file)
      throws UnknownDataException {
    if (!isOwn(file)) {
      throw new UnknownDataException(
          directory + " holds \"" + file + "\", which is not understudy's;" + ELSEWHERE);
    }
  }

  /** Notes that this start keeps the data, so that a later one may drop them. */
  public static void allowDrop(Directory directory) throws IOException {
    if (directory.list().contains(DROPPED)) {
      directory.delete(DROPPED);
      directory.force();
    }
  }

  /**
   * Counts one more start of the directory's peer, durably: to be called once in each life of the
   * process, before anything is said to others in the peer's name.
   *
   * @param recorded the newest start that the directory's log knows to be recorded
   * @param nonce drawn at random for this start alone
   */
  public static Lineage nextStart(Directory directory, Incarnation recorded, long nonce)
      throws IOException {
    Lineage lineage = LineageFile.read(directory).next(recorded, nonce);
    LineageFile.write(directory, lineage);
    return lineage;
  }

  /**
   * Notes durably to whom a machine without a log has promised to follow it as the founder of its
   * cluster. A beginning in this directory ends the promise.
   *
   * @param promise what {@link #promise} reads again; empty to take it back
   */
  public static void savePromise(Directory directory, Optional<String> promise) throws IOException {
    List<String> files = directory.list();
    if (files.contains(PROMISED_UNFINISHED)) {
      directory.delete(PROMISED_UNFINISHED);
    }
    if (promise.isPresent()) {
      try (WritableFile file = directory.create(PROMISED_UNFINISHED)) {
        file.write(ByteBuffer.wrap(promise.get().getBytes(StandardCharsets.UTF_8)), 0);
        file.force();
      }
      directory.rename(PROMISED_UNFINISHED, PROMISED);
    } else if (files.contains(PROMISED)) {
      directory.delete(PROMISED);
    }
    directory.force();
  }

  /** What {@link #savePromise} noted last; the machine can be held to it from now on. */
  public static Optional<String> promise(Directory directory) throws IOException {
    if (!directory.list().contains(PROMISED)) {
      return Optional.empty();
    }
    // The process that noted it may have died before its sync, and this one will act on it.
    directory.force();
    ByteBuffer content =
        ByteBuffer.allocate((int) Math.min(directory.size(PROMISED), MAX_PROMISE_BYTES));
    try (ReadableFile file = directory.openForReading(PROMISED)) {
      while (content.hasRemaining() && file.read(content, content.position()) > 0) {
        continue;
      }
    }
    return Optional.of(new String(content.array(), 0, content.position(), StandardCharsets.UTF_8));
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
    }
    // A mark that is there already may be of a process that died before its own sync.
    directory.force();
    for (String name : old) {
      if (isOwn(name) && !name.equals(UNFINISHED) && !name.equals(DROPPED)) {
        directory.delete(name);
      }
    }
    beginning.run();
    directory.force();
    directory.delete(UNFINISHED);
    directory.force();
  }

  private static void write(
      Directory directory, WalOptions options, WalIdentity identity, WalBatch batch)
      throws IOException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicBoolean durable = new AtomicBoolean();
    try (Wal wal = Wal.create(directory, identity, options, failure::set)) {
      wal.append(batch, () -> durable.set(true));
      wal.turn();
    }
    if (failure.get() != null) {
      throw new IOException("the log could not be begun: " + failure.get(), failure.get());
    }
    if (!durable.get()) {
      throw new IOException(directory + ": the log could not be begun, the disk is full");
    }
  }
}
