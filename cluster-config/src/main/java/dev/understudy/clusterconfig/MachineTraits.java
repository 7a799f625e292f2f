package dev.understudy.clusterconfig;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What a machine says of itself beyond its name and its addresses: by this a leader chooses who
 * gets a seat. Peers say it to each other when they connect, standbys with every sync. Readers skip
 * fields that they do not know, and releases before these say nothing.
 *
 * @param version of its program; empty when it is not stated
 * @param seatPriority 0 to 100; empty when it is not stated
 * @param zone what fails as one: a rack, a building; empty when it has none
 * @param knowsUsers whether its release can apply changes of users and roles
 */
public record MachineTraits(
    String version, OptionalInt seatPriority, String zone, boolean knowsUsers) {
  /** In the middle, so that an operator can prefer a machine or hold one back. */
  public static final int DEFAULT_SEAT_PRIORITY = 50;

  /** Of a machine that has said nothing. */
  public static final MachineTraits UNSTATED =
      new MachineTraits("", OptionalInt.empty(), "", false);

  /** What a release may know beyond the first, as a list with commas. */
  private static final String USERS = "users";

  private static final int HIGHEST_PRIORITY = 100;

  /** Long enough for a name of any rack; a bound, since strangers may say something as well. */
  private static final int MAX_LENGTH = 128;

  /** A machine of this release. */
  public MachineTraits(String version, OptionalInt seatPriority, String zone) {
    this(version, seatPriority, zone, true);
  }

  public MachineTraits {
    Objects.requireNonNull(version);
    Objects.requireNonNull(zone);
    if (seatPriority.isPresent() && !isPriority(seatPriority.getAsInt())) {
      throw new IllegalArgumentException(
          "seat priority is not within 0 to 100: " + seatPriority.getAsInt());
    }
  }

  /** A machine that states everything. */
  public static MachineTraits of(String version, int seatPriority, String zone) {
    return new MachineTraits(version, OptionalInt.of(seatPriority), zone);
  }

  private static boolean isPriority(int number) {
    return number >= 0 && number <= HIGHEST_PRIORITY;
  }

  /** Whether a zone may be called that; empty for none. */
  public static boolean isValidZone(String zone) {
    return zone.length() <= MAX_LENGTH
        && zone.strip().equals(zone)
        && zone.codePoints().noneMatch(Character::isISOControl);
  }

  /** The stated priority, or that of a machine whose operator has said nothing. */
  public int priority() {
    return seatPriority.orElse(DEFAULT_SEAT_PRIORITY);
  }

  /** {@code version=…&priority=…&zone=…&knows=…}, percent-encoded, without what is not stated. */
  public String toHeader() {
    StringBuilder header = new StringBuilder("version=").append(UrlText.inForm(version));
    seatPriority.ifPresent(priority -> header.append("&priority=").append(priority));
    if (!zone.isEmpty()) {
      header.append("&zone=").append(UrlText.inForm(zone));
    }
    if (knowsUsers) {
      header.append("&knows=").append(USERS);
    }
    return header.toString();
  }

  /** Reads that, tolerantly: what is missing or makes no sense is not stated. */
  public static MachineTraits fromHeader(String valueOrNull) {
    String value = Objects.requireNonNullElse(valueOrNull, "");
    String zone = MachineRecord.field(value, "zone");
    String version = MachineRecord.field(value, "version");
    return new MachineTraits(
        version.length() <= MAX_LENGTH ? version : "",
        priorityIn(value),
        isValidZone(zone) ? zone : "",
        List.of(MachineRecord.field(value, "knows").split(",")).contains(USERS));
  }

  private static OptionalInt priorityIn(String value) {
    String text = MachineRecord.field(value, "priority");
    return text.matches("\\d{1,2}|100")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }
}
