package dev.understudy.statemachine;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.StoreVersion;
import dev.understudy.locks.LockSpace;
import dev.understudy.locks.Session;
import dev.understudy.locks.TxnResult;
import dev.understudy.raft.ConfChange;
import dev.understudy.store.Result;
import dev.understudy.store.Version;
import dev.understudy.store.Watchers;
import dev.understudy.users.ChangeResult;
import dev.understudy.users.Users;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The replicated state, composed of its {@linkplain Part parts}: the cluster's time, the key space,
 * the cluster's settings, the seats, sessions and locks, users and roles. Gives each command to the
 * part that it belongs to.
 *
 * <p>{@code apply…} and {@link #restore} are for one thread, the driver's; everything that only
 * reads may be called from any.
 */
public final class StateMachine {
  /** A cluster time that is further ahead than this of the last is not believed. */
  public static final long LONGEST_STEP_MILLIS = ClusterTime.MAX_STEP_MILLIS;

  private final ClusterTime time = new ClusterTime();
  private final KeySpace keys;
  private final ClusterSettings settings;
  private final Seats seats;
  private final Locks locks;
  private final UserAccounts accounts = new UserAccounts();

  /** Each behind those that it depends on. */
  private final List<Part> parts;

  private final Command.Handler handler = new ByPart();
  private final Command.Visitor<Part> partOf = new PartOf();

  /** With the usual memory for waiting events. */
  public StateMachine(int watchBuffer) {
    this(watchBuffer, Watchers.DEFAULT_WAITING_BYTES);
  }

  /**
   * @param watchBuffer how many events may wait for the reader of a stream before it is ended
   * @param watchBytes what all events that wait may take in memory
   */
  public StateMachine(int watchBuffer, long watchBytes) {
    this.keys = new KeySpace(time, watchBuffer, watchBytes);
    this.settings = new ClusterSettings(keys);
    this.seats = new Seats(keys, settings);
    this.locks = new Locks(time);
    this.parts = List.of(time, keys, settings, seats, locks, accounts);
  }

  /** The key tree as of now. */
  public Version version() {
    return keys.version();
  }

  /** Those who wait for changes of the key tree. */
  public Watchers watchers() {
    return keys.watchers();
  }

  /** Sessions, and what they hold. */
  public LockSpace locks() {
    return locks.space();
  }

  /** Who may do what. A volatile read. */
  public Users users() {
    return accounts.users();
  }

  /** About what keys, entries, users and roles take in memory. */
  public long bytes() {
    return keys.version().treeBytes() + locks.space().bytes() + accounts.users().bytes();
  }

  /** Who holds seats. */
  public Registry registry() {
    return seats.registry();
  }

  /** The cluster config in force. */
  public ClusterConfig config() {
    return settings.config();
  }

  /** The version of the store that the cluster was created with; see {@link StoreVersion}. */
  public int storeVersion() {
    return settings.storeVersion();
  }

  /** The newest cluster time that was applied, in milliseconds since the epoch; 0 before that. */
  public long clusterTimeMillis() {
    return time.millis();
  }

  /**
   * The time with which a cluster begins: what the clock of its first machine shows, unless that is
   * before 1970, or so late that time would come to its end soon.
   */
  public static long beginningOfTime(long wallMillis) {
    return ClusterTime.beginning(wallMillis);
  }

  /** The cluster time at which something is due next; empty when nothing has a time to live. */
  public OptionalLong nextExpiryMillis() {
    long next = Long.MAX_VALUE;
    for (Part part : parts) {
      next = Math.min(next, part.nextExpiryMillis());
    }
    return next == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(next);
  }

  /**
   * Applies a command.
   *
   * @param index the entry's index in the log
   * @param clusterTimeMillis the leader's time; one that is older than the newest has no effect
   */
  public <R> R apply(long index, long clusterTimeMillis, Command<R> command) {
    time.advance(clusterTimeMillis);
    return command.applyTo(handler, index);
  }

  /**
   * Applies a change of the membership, with what it carries along for the registry.
   *
   * @param index the entry's index in the log
   * @param change the change as it stands in the log
   * @return {@link SeatResult.Refused} when the membership must not change either
   * @throws UnknownCommandException if a newer release wrote what it carries
   */
  public SeatResult applyMembership(long index, ConfChange change) {
    Optional<MembershipContext> read = CommandCodec.readContext(change.context());
    if (read.isEmpty()) {
      return new SeatResult.Refused(
          ErrorCode.INVALID_FORM, "the change carries what is no command");
    }
    MembershipContext context = read.get();
    time.advance(context.clusterTimeMillis());
    return context.seats().isPresent()
        ? seats.apply(index, context.seats().get())
        : seats.judge(change);
  }

  /**
   * Whether a command is applied before the peer starts, when its log is read to learn who holds
   * the seats.
   */
  public boolean countsBeforeStart(Command<?> command) {
    return command.accept(partOf).countsBeforeStart();
  }

  /** The state as of now, for a snapshot; for the driver's thread. */
  public StateImage image() {
    return new StateImage(
        keys.version(), seats.registry(), time.millis(), locks.space().current(), accounts.users());
  }

  /** Replaces everything by the state of a snapshot; whoever watches is told that it is over. */
  public void restore(StateImage image) {
    parts.forEach(part -> part.restore(image));
  }

  private int expire() {
    int expired = 0;
    for (Part part : parts) {
      expired += part.expire();
    }
    return expired;
  }

  private final class ByPart implements Command.Handler {
    @Override
    public Result apply(long index, Command.WriteKey command) {
      return keys.apply(command.operation());
    }

    @Override
    public Integer apply(long index, Command.StampTime command) {
      return expire();
    }

    @Override
    public ClusterConfig apply(long index, Command.SetClusterConfig command) {
      return settings.apply(command);
    }

    @Override
    public ClusterConfig apply(long index, Command.CreateCluster command) {
      return settings.apply(command);
    }

    @Override
    public SeatResult apply(long index, Command.ChangeSeats command) {
      return seats.apply(index, command);
    }

    @Override
    public SeatResult apply(long index, Command.RecordStart command) {
      expire();
      return seats.apply(index, command);
    }

    @Override
    public Optional<Session> apply(long index, Command.CreateSession command) {
      return locks.apply(index, command);
    }

    @Override
    public Integer apply(long index, Command.EndSessions command) {
      return locks.apply(index, command);
    }

    @Override
    public TxnResult apply(long index, Command.ChangeEntries command) {
      return locks.apply(index, command);
    }

    @Override
    public ChangeResult apply(long index, Command.ChangeUsers command) {
      return accounts.apply(command);
    }
  }

  private final class PartOf implements Command.Visitor<Part> {
    @Override
    public Part visit(Command.WriteKey command) {
      return keys;
    }

    @Override
    public Part visit(Command.StampTime command) {
      return time;
    }

    @Override
    public Part visit(Command.SetClusterConfig command) {
      return settings;
    }

    @Override
    public Part visit(Command.CreateCluster command) {
      return settings;
    }

    @Override
    public Part visit(Command.ChangeSeats command) {
      return seats;
    }

    @Override
    public Part visit(Command.RecordStart command) {
      return seats;
    }

    @Override
    public Part visit(Command.CreateSession command) {
      return locks;
    }

    @Override
    public Part visit(Command.EndSessions command) {
      return locks;
    }

    @Override
    public Part visit(Command.ChangeEntries command) {
      return locks;
    }

    @Override
    public Part visit(Command.ChangeUsers command) {
      return accounts;
    }
  }
}
