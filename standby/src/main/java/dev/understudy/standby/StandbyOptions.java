package dev.understudy.standby;

import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineTraits;
import java.util.List;
import java.util.Objects;

/**
 * How a standby is set up.
 *
 * @param self the machine itself, as it would stand in the registry
 * @param seatPriority 0 to 100: who of several standbys is offered a seat first; 0 takes none by
 *     itself
 * @param seedPeerUrls peers to ask when nobody of the last known list answers, in order; may be
 *     empty
 * @param syncTimeoutMillis how long one peer may take to answer a sync before the next is asked
 * @param joinTimeoutMillis how long the leader may take to give a seat
 * @param lostSeat whether the machine has just lost its seat: it asks for one after a sync interval
 *     at the earliest, so that an operator can stop it and others come first
 * @param version this program's version, for {@code /version}
 * @param zone what the machine fails with as one; empty when it has none
 * @param mode what it does with what clients ask
 */
public record StandbyOptions(
    MachineRecord self,
    int seatPriority,
    List<String> seedPeerUrls,
    long syncTimeoutMillis,
    long joinTimeoutMillis,
    boolean lostSeat,
    String version,
    String zone,
    StandbyMode mode) {
  /** In the middle, so that an operator can prefer a machine or hold one back. */
  public static final int DEFAULT_SEAT_PRIORITY = MachineTraits.DEFAULT_SEAT_PRIORITY;

  /** A peer answers a sync from memory; what takes a second is as good as dead. */
  public static final long DEFAULT_SYNC_TIMEOUT_MILLIS = 1_000;

  /** A join goes through the log, perhaps through an election before. */
  public static final long DEFAULT_JOIN_TIMEOUT_MILLIS = 5_000;

  public StandbyOptions {
    Objects.requireNonNull(self);
    Objects.requireNonNull(mode);
    seedPeerUrls = List.copyOf(seedPeerUrls);
    if (seatPriority < 0 || seatPriority > 100) {
      throw new IllegalArgumentException("seat priority is not within 0 to 100: " + seatPriority);
    }
    if (syncTimeoutMillis <= 0 || joinTimeoutMillis <= 0) {
      throw new IllegalArgumentException("deadlines must be positive");
    }
  }

  /** The usual deadlines. */
  public static StandbyOptions of(MachineRecord self, int seatPriority, List<String> seedPeerUrls) {
    return new StandbyOptions(
        self,
        seatPriority,
        seedPeerUrls,
        DEFAULT_SYNC_TIMEOUT_MILLIS,
        DEFAULT_JOIN_TIMEOUT_MILLIS,
        false,
        "",
        "",
        StandbyMode.REDIRECT);
  }

  /** The same for a machine that has, or has not, just lost its seat. */
  public StandbyOptions withLostSeat(boolean lost) {
    return new StandbyOptions(
        self,
        seatPriority,
        seedPeerUrls,
        syncTimeoutMillis,
        joinTimeoutMillis,
        lost,
        version,
        zone,
        mode);
  }

  /** The same with this program's version. */
  public StandbyOptions withVersion(String known) {
    return new StandbyOptions(
        self,
        seatPriority,
        seedPeerUrls,
        syncTimeoutMillis,
        joinTimeoutMillis,
        lostSeat,
        known,
        zone,
        mode);
  }

  /** The same in a zone. */
  public StandbyOptions withZone(String of) {
    return new StandbyOptions(
        self,
        seatPriority,
        seedPeerUrls,
        syncTimeoutMillis,
        joinTimeoutMillis,
        lostSeat,
        version,
        of,
        mode);
  }

  /** The same that does this with what clients ask. */
  public StandbyOptions withMode(StandbyMode of) {
    return new StandbyOptions(
        self,
        seatPriority,
        seedPeerUrls,
        syncTimeoutMillis,
        joinTimeoutMillis,
        lostSeat,
        version,
        zone,
        of);
  }

  /** What it says of itself. */
  MachineTraits traits() {
    return MachineTraits.of(version, seatPriority, zone);
  }
}
