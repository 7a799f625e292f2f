package dev.understudy.clusterconfig;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All that a leader knows of a machine, as of one moment. Made in one place, and used by whatever
 * judges, shows or counts machines: the monitors of seats, the plan, health, metrics.
 *
 * @param machine its name and addresses
 * @param member its member id; 0 for a standby
 * @param traits what it has said of itself; nothing is stated by older releases, and of a peer that
 *     this leader has never been connected with
 * @param mode what it is in the cluster
 * @param leader whether it leads
 * @param voter whether it has a vote
 * @param contact when it was heard of
 * @param progress what it holds of the log
 * @param ailment why it is not healthy; empty when it is
 * @param stableMillis for how long it has been healthy, or not, without a break
 * @param announcedMillis for how long it has made itself known as a standby; empty for others
 */
public record ServerDetails(
    MachineRecord machine,
    long member,
    MachineTraits traits,
    Mode mode,
    boolean leader,
    boolean voter,
    Contact contact,
    Progress progress,
    Optional<String> ailment,
    long stableMillis,
    OptionalLong announcedMillis) {
  /** What a machine is in the cluster. */
  public enum Mode {
    /** It has a seat. */
    PEER("peer"),
    /** It copies the data without a seat, to take that of a peer. */
    UNDERSTUDY("understudy"),
    /** It waits for a seat. */
    STANDBY("standby"),
    /** It has no seat any more, or never had one, and is still in the membership. */
    LEAVING("leaving");

    private final String word;

    Mode(String word) {
      this.word = word;
    }

    /** The word in JSON. */
    public String word() {
      return word;
    }
  }

  /**
   * When a machine was heard of.
   *
   * @param ever whether it was, since it came
   * @param silentMillis for how long it has not been; counted from the beginning of the leadership
   *     at the earliest, and of who was never heard from its coming
   * @param alive whether that is no longer than a living machine may be silent
   * @param absentMillis how much of its silence counts against it: not the time in which the leader
   *     did not run itself, or heard no majority
   */
  public record Contact(boolean ever, long silentMillis, boolean alive, long absentMillis) {
    /** Of a leader with itself. */
    public static final Contact SELF = new Contact(true, 0, true);

    /** Of a machine that consensus has not taken up yet. */
    public static final Contact NONE = new Contact(false, 0, false);

    /** Where all silence counts. */
    public Contact(boolean ever, long silentMillis, boolean alive) {
      this(ever, silentMillis, alive, silentMillis);
    }

    /** Whether it is known for how long the machine has been silent. */
    public boolean isKnown() {
      return !equals(NONE);
    }

    /** Whether the machine is known to have been silent for no longer than this. */
    public boolean isWithin(long millis) {
      return isKnown() && silentMillis <= millis;
    }

    /** Whether no more silence than this counts against the machine. */
    public boolean isAbsentWithin(long millis) {
      return isKnown() && absentMillis <= millis;
    }
  }

  /**
   * What a machine holds of the log.
   *
   * @param lastTerm the term of the last entry that it is known to hold; 0 when that is not known
   * @param lastIndex the index of that entry
   * @param lagEntries how many entries are committed behind that one
   * @param replicating whether it takes the log as it is written, and needs no snapshot or probing
   */
  public record Progress(long lastTerm, long lastIndex, long lagEntries, boolean replicating) {
    /** Of a machine without a log. */
    public static final Progress NONE = new Progress(0, 0, 0, false);

    /** Of a machine that takes the log as it is written. */
    public Progress(long lastTerm, long lastIndex, long lagEntries) {
      this(lastTerm, lastIndex, lagEntries, true);
    }
  }

  public ServerDetails {
    Objects.requireNonNull(machine);
    Objects.requireNonNull(traits);
    Objects.requireNonNull(mode);
    Objects.requireNonNull(contact);
    Objects.requireNonNull(progress);
    Objects.requireNonNull(ailment);
    Objects.requireNonNull(announcedMillis);
  }

  /** The machine's name. */
  public String name() {
    return machine.name();
  }

  /** By what operators name it: the member id in hexadecimal, or the name of a standby. */
  public String id() {
    return member == 0 ? name() : HexId.text(member);
  }

  /** Where other machines reach it, without scheme. */
  public String address() {
    String url = machine.peerUrl();
    return url.substring(url.indexOf("://") < 0 ? 0 : url.indexOf("://") + 3);
  }

  public boolean healthy() {
    return ailment.isEmpty();
  }

  /** Whether it has a seat. */
  public boolean isPeer() {
    return mode == Mode.PEER;
  }
}
