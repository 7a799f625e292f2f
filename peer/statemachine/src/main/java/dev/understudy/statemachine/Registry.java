package dev.understudy.statemachine;

import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.MachineRecord;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who holds a seat, and which member ids lost theirs. Part of the replicated state; immutable, so
 * any thread may read it.
 *
 * @param seats the seats by the machine's name
 * @param removed member ids that lost their seat; they never come back
 */
public record Registry(SortedMap<String, Seat> seats, Set<Long> removed) {
  /** No machine yet. */
  public static final Registry EMPTY = new Registry(new TreeMap<>(), Set.of());

  /** Keeps unmodifiable copies. */
  public Registry {
    seats = Collections.unmodifiableSortedMap(new TreeMap<>(seats));
    removed = Collections.unmodifiableSortedSet(new TreeSet<>(removed));
  }

  /**
   * A machine that holds a seat.
   *
   * @param machine its name and peer URL, both unique among the seats, and its client URL
   * @param member its member id, never 0
   * @param incarnation the newest recorded start of its peer; {@link Incarnation#NONE} when none is
   *     recorded
   */
  public record Seat(MachineRecord machine, long member, Incarnation incarnation) {
    /** A seat of whose peer no start is recorded. */
    public Seat(MachineRecord machine, long member) {
      this(machine, member, Incarnation.NONE);
    }

    /** The machine's name. */
    public String name() {
      return machine.name();
    }

    /** Where the other peers reach it. */
    public String peerUrl() {
      return machine.peerUrl();
    }

    /** Where clients reach it. */
    public String clientUrl() {
      return machine.clientUrl();
    }
  }

  /** What a change would make of the registry. */
  public sealed interface Verdict {
    /** The change fits; the registry after it. */
    record Admitted(Registry next) implements Verdict {}

    /** The change is refused; nothing happens, neither here nor in the membership. */
    record Refused(ErrorCode code, String cause) implements Verdict {}
  }

  /** The seat of a name. */
  public Optional<Seat> byName(String name) {
    return Optional.ofNullable(seats.get(name));
  }

  /** The seat of a member id. */
  public Optional<Seat> byMember(long member) {
    return all().stream().filter(seat -> seat.member() == member).findFirst();
  }

  /** The seat that is reached at a peer URL. */
  public Optional<Seat> byPeerUrl(String peerUrl) {
    return all().stream().filter(seat -> seat.peerUrl().equals(peerUrl)).findFirst();
  }

  /** The newest recorded start of a member; {@link Incarnation#NONE} when there is none. */
  public Incarnation recordedStart(long member) {
    return byMember(member).map(Seat::incarnation).orElse(Incarnation.NONE);
  }

  /** The newest recorded start of each member that has one. */
  public Map<Long, Incarnation> recordedStarts() {
    return all().stream()
        .filter(seat -> seat.incarnation().isKnown())
        .collect(Collectors.toUnmodifiableMap(Seat::member, Seat::incarnation));
  }

  /**
   * The registry as it is while votes of members still count that have lost their seats: in a joint
   * configuration they do until that is left, and are not removed before.
   *
   * @param voting who has a vote, in either half
   */
  public Registry whileVoting(Set<Long> voting) {
    Set<Long> gone = new HashSet<>(removed);
    gone.removeAll(voting);
    return new Registry(seats, gone);
  }

  /** The registry with the newest start of a member; the same when it holds no seat. */
  Registry withStart(long member, Incarnation start) {
    Optional<Seat> seat = byMember(member);
    if (seat.isEmpty() || !start.isKnown()) {
      return this;
    }
    SortedMap<String, Seat> next = new TreeMap<>(seats);
    next.put(seat.get().name(), new Seat(seat.get().machine(), member, start));
    return new Registry(next, removed);
  }

  /** All seats, by name. */
  public Collection<Seat> all() {
    return seats.values();
  }

  /**
   * Judges a change: the same on every peer, since it is asked when the change is applied. A leader
   * also asks before it proposes one, to refuse early.
   *
   * @param activeSize how many seats there are
   */
  public Verdict judge(Command.ChangeSeats change, int activeSize) {
    SortedMap<String, Seat> next = new TreeMap<>(seats);
    Set<Long> nextRemoved = new HashSet<>(removed);
    if (change.removed() != 0) {
      Optional<Seat> leaving = byMember(change.removed());
      if (leaving.isEmpty()) {
        return new Verdict.Refused(ErrorCode.KEY_NOT_FOUND, change.name());
      }
      next.remove(leaving.get().name());
      nextRemoved.add(change.removed());
      if (next.isEmpty() && change.added() == 0) {
        return new Verdict.Refused(ErrorCode.SEAT_NEEDED, "the last seat cannot be removed");
      }
    }
    if (change.added() != 0) {
      return judgeArrival(change, activeSize, next, nextRemoved);
    }
    return change.removed() == 0
        ? judgeAddress(change, next)
        : new Verdict.Admitted(new Registry(next, nextRemoved));
  }

  private Verdict judgeArrival(
      Command.ChangeSeats change,
      int activeSize,
      SortedMap<String, Seat> next,
      Set<Long> nextRemoved) {
    if (next.containsKey(change.name())) {
      return new Verdict.Refused(ErrorCode.KEY_EXISTS, change.name());
    }
    if (nextRemoved.contains(change.added()) || byMember(change.added()).isPresent()) {
      return new Verdict.Refused(ErrorCode.KEY_EXISTS, HexId.text(change.added()));
    }
    int taken = next.size();
    Verdict verdict = seat(change, change.added(), change.incarnation(), next, nextRemoved);
    return verdict instanceof Verdict.Admitted && taken > 0 && taken >= activeSize
        ? new Verdict.Refused(ErrorCode.NO_MORE_PEERS, taken + " of " + activeSize + " seats taken")
        : verdict;
  }

  private Verdict judgeAddress(Command.ChangeSeats change, SortedMap<String, Seat> next) {
    Seat present = next.get(change.name());
    return present == null
        ? new Verdict.Refused(ErrorCode.KEY_NOT_FOUND, change.name())
        : seat(
            change,
            present.member(),
            change.incarnation().isKnown() ? change.incarnation() : present.incarnation(),
            next,
            removed);
  }

  private static Verdict seat(
      Command.ChangeSeats change,
      long member,
      Incarnation incarnation,
      SortedMap<String, Seat> next,
      Set<Long> nextRemoved) {
    if (change.name().isEmpty() || !canBeParsed(change.peerUrl())) {
      return new Verdict.Refused(ErrorCode.INVALID_FORM, "no machine: " + change);
    }
    for (Seat other : next.values()) {
      if (other.peerUrl().equals(change.peerUrl()) && !other.name().equals(change.name())) {
        return new Verdict.Refused(
            ErrorCode.PEER_ADDRESS_TAKEN, change.peerUrl() + " belongs to " + other.name());
      }
    }
    MachineRecord machine = new MachineRecord(change.name(), change.peerUrl(), change.clientUrl());
    next.put(machine.name(), new Seat(machine, member, incarnation));
    return new Verdict.Admitted(new Registry(next, nextRemoved));
  }

  /**
   * The least that an address in the log must be. Stricter rules belong where a machine asks for
   * its seat: all releases in a cluster have to judge an entry alike.
   */
  private static boolean canBeParsed(String peerUrl) {
    try {
      URI ignored = new URI(peerUrl);
      return true;
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
