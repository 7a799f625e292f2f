package dev.understudy.statemachine;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.locks.LockOperation;
import dev.understudy.locks.Session;
import dev.understudy.locks.TxnResult;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.users.ChangeResult;
import dev.understudy.users.UserChange;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One change of the replicated state. What it is wrapped in on its way through the log is a {@link
 * CommandEnvelope}.
 *
 * <p>A new kind is a record here and a method in {@link Handler} and in {@link Visitor}; the
 * compiler then names every place that has to think of it: the state machine, the codec, the text
 * of the tools.
 *
 * @param <R> what applying it comes to; the same on every peer
 */
public sealed interface Command<R> {
  /**
   * Gives itself to what applies it.
   *
   * @param index the entry's index in the log
   */
  R applyTo(Handler handler, long index);

  /** Gives itself to what tells kinds of commands apart. */
  <T> T accept(Visitor<T> visitor);

  /** Applies each kind of command. */
  interface Handler {
    /** Changes a key. */
    Result apply(long index, WriteKey command);

    /** Ends whatever is due at the command's time. */
    Integer apply(long index, StampTime command);

    /** Changes the cluster config. */
    ClusterConfig apply(long index, SetClusterConfig command);

    /** Writes down what the machines of a new cluster have to agree on. */
    ClusterConfig apply(long index, CreateCluster command);

    /** Gives, takes or readdresses a seat. */
    SeatResult apply(long index, ChangeSeats command);

    /** Records a member's start. */
    SeatResult apply(long index, RecordStart command);

    /** Makes a session. */
    Optional<Session> apply(long index, CreateSession command);

    /** Ends sessions. */
    Integer apply(long index, EndSessions command);

    /** Reads and changes entries. */
    TxnResult apply(long index, ChangeEntries command);

    /** Changes users or roles. */
    ChangeResult apply(long index, ChangeUsers command);
  }

  /**
   * Tells the kinds of commands apart.
   *
   * @param <T> what is made of a command
   */
  interface Visitor<T> {
    /** For a write or delete. */
    T visit(WriteKey command);

    /** For a stamp of the time. */
    T visit(StampTime command);

    /** For a change of the cluster config. */
    T visit(SetClusterConfig command);

    /** For the first command of a cluster. */
    T visit(CreateCluster command);

    /** For a change of the seats. */
    T visit(ChangeSeats command);

    /** For the record of a member's start. */
    T visit(RecordStart command);

    /** For a new session. */
    T visit(CreateSession command);

    /** For the end of sessions. */
    T visit(EndSessions command);

    /** For a transaction on entries. */
    T visit(ChangeEntries command);

    /** For a change of users or roles. */
    T visit(ChangeUsers command);
  }

  /** A write or delete of a client; the store's answer may be a failure of the request. */
  record WriteKey(Operation operation) implements Command<Result> {
    public WriteKey {
      Objects.requireNonNull(operation);
    }

    @Override
    public Result applyTo(Handler handler, long index) {
      return handler.apply(index, this);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Carries the cluster's time and nothing else, so that whatever is due by then expires; the
   * result is how much did.
   */
  record StampTime() implements Command<Integer> {
    @Override
    public Integer applyTo(Handler handler, long index) {
      return handler.apply(index, this);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Changes the cluster config; the result is the one in force from then on.
   *
   * @param subsetJson a JSON object with any of its fields; the others stay what they are when this
   *     is applied
   */
  record SetClusterConfig(String subsetJson) implements Command<ClusterConfig> {
    public SetClusterConfig {
      Objects.requireNonNull(subsetJson);
    }

    @Override
    public ClusterConfig applyTo(Handler handler, long index) {
      return handler.apply(index, this);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * The first command of a cluster.
   *
   * @param configJson the cluster config, with every field
   * @param storeVersion see {@link dev.understudy.clusterconfig.StoreVersion}
   */
  record CreateCluster(String configJson, int storeVersion) implements Command<ClusterConfig> {
    public CreateCluster {
      Objects.requireNonNull(configJson);
    }

    @Override
    public ClusterConfig applyTo(Handler handler, long index) {
      return handler.apply(index, this);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * What a change of the membership means for the registry of machines. Travels as the context of a
   * configuration change, so that registry and membership change with one entry and cannot
   * disagree; by itself only for a new address.
   *
   * @param name the machine's name
   * @param added the member that takes a seat under that name; 0 when the name only loses its seat
   *     or changes its address
   * @param removed the member that loses its seat, never to come back; 0 for none
   * @param peerUrl the machine's peer URL; empty when the name only loses its seat
   * @param clientUrl the machine's client URL; may be empty
   * @param incarnation the start of the machine's peer that is recorded with its seat; {@link
   *     Incarnation#NONE} to leave the record as it is
   */
  record ChangeSeats(
      String name,
      long added,
      long removed,
      String peerUrl,
      String clientUrl,
      Incarnation incarnation)
      implements Command<SeatResult> {
    /** A change that records no start. */
    public ChangeSeats(String name, long added, long removed, String peerUrl, String clientUrl) {
      this(name, added, removed, peerUrl, clientUrl, Incarnation.NONE);
    }

    public ChangeSeats {
      Objects.requireNonNull(incarnation);
      Objects.requireNonNull(name);
      Objects.requireNonNull(peerUrl);
      Objects.requireNonNull(clientUrl);
    }

    /** The machine takes a free seat. */
    public static ChangeSeats give(MachineRecord machine, long member) {
      return replace(machine, member, 0);
    }

    /** The machine takes the seat of a member; 0 for a free one. */
    public static ChangeSeats replace(MachineRecord machine, long member, long removed) {
      return new ChangeSeats(
          machine.name(), member, removed, machine.peerUrl(), machine.clientUrl());
    }

    /** The machine of that name loses its seat. */
    public static ChangeSeats take(String name, long removed) {
      return new ChangeSeats(name, 0, removed, "", "");
    }

    /** The machine keeps its seat and is reached elsewhere. */
    public static ChangeSeats readdress(MachineRecord machine) {
      return replace(machine, 0, 0);
    }

    /** The same change, with the start that is recorded by it. */
    public ChangeSeats recording(Incarnation start) {
      return new ChangeSeats(name, added, removed, peerUrl, clientUrl, start);
    }

    @Override
    public SeatResult applyTo(Handler handler, long index) {
      return handler.apply(index, this);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Records the newest start of a member, so that a copy of its directory, or an older state of it,
   * is known by that. Ends what is due as well, as {@link StampTime} does: for releases that know
   * of no starts it is just that.
   *
   * @param member whose start it is; nothing is recorded when it holds no seat
   */
  record RecordStart(long member, Incarnation incarnation) implements Command<SeatResult> {
    public RecordStart {
      Objects.requireNonNull(incarnation);
    }

    @Override
    public SeatResult applyTo(Handler handler, long index) {
      return handler.apply(index, this);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Makes a session; the result is empty when there is one of its id.
   *
   * @param session its index is given when it is applied
   */
  record CreateSession(Session session) implements Command<Optional<Session>> {
    public CreateSession {
      Objects.requireNonNull(session);
    }

    @Override
    public Optional<Session> applyTo(Handler handler, long index) {
      return handler.apply(index, this);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Ends sessions, because their clients want it or because they were not renewed in time; the
   * result is how many there were.
   */
  record EndSessions(List<String> ids) implements Command<Integer> {
    public EndSessions {
      ids = List.copyOf(ids);
    }

    @Override
    public Integer applyTo(Handler handler, long index) {
      return handler.apply(index, this);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /** Reads and changes entries that sessions may hold: all steps, or none. */
  record ChangeEntries(List<LockOperation> steps) implements Command<TxnResult> {
    public ChangeEntries {
      steps = List.copyOf(steps);
    }

    @Override
    public TxnResult applyTo(Handler handler, long index) {
      return handler.apply(index, this);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /** Changes users, roles, or whether clients are asked who they are. */
  record ChangeUsers(UserChange change) implements Command<ChangeResult> {
    public ChangeUsers {
      Objects.requireNonNull(change);
    }

    @Override
    public ChangeResult applyTo(Handler handler, long index) {
      return handler.apply(index, this);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }
}
