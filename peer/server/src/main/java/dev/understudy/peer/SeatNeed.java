package dev.understudy.peer;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.Servers;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.leadership.LiveVoters;
import dev.understudy.statemachine.Registry.Seat;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Whether a peer can be spared: whether those who are left without it could decide anything.
 *
 * <p>{@link #isSpared} is for the driver's thread, {@link #error} for any.
 */
final class SeatNeed {
  /** The same code as for the last seat: releases before this one know it. */
  private static final int CONFLICT = 409;

  private final Supplier<PeerStatus> status;
  private final Supplier<Servers> members;
  private final long countedOnWithinMillis;
  private Judgement last = new Judgement(null, new LiveVoters(Set.of(), Set.of()));

  /** Who was alive, as far as a status told. */
  private record Judgement(PeerStatus status, LiveVoters live) {}

  /**
   * @param status as of the last turn; a new one in each tick
   * @param members what is known of each, by that status
   * @param countedOnWithinMillis within which a voter was heard that is counted on
   */
  SeatNeed(Supplier<PeerStatus> status, Supplier<Servers> members, long countedOnWithinMillis) {
    this.status = status;
    this.members = members;
    this.countedOnWithinMillis = countedOnWithinMillis;
  }

  /**
   * Whether a seat can be spared by the present status. However many ask, of however many seats,
   * the members are judged once for each status.
   */
  boolean isSpared(Seat seat) {
    PeerStatus now = status.get();
    if (!now.equals(last.status())) {
      last = new Judgement(now, LiveVoters.of(members.get(), countedOnWithinMillis));
    }
    return isSpared(seat, last.live());
  }

  private static boolean isSpared(Seat seat, LiveVoters live) {
    return !live.voters().contains(seat.member()) || live.hasMajorityWithout(seat.member());
  }

  /** Why a seat cannot be spared at this moment, and what to do then. */
  Optional<ApiError> error(Seat seat) {
    Servers servers = members.get();
    LiveVoters live = LiveVoters.of(servers, countedOnWithinMillis);
    return isSpared(seat, live) ? Optional.empty() : Optional.of(needed(seat, servers, live));
  }

  private static ApiError needed(Seat seat, Servers servers, LiveVoters live) {
    String silent =
        servers.peers().stream()
            .filter(other -> other.voter() && !live.alive().contains(other.member()))
            .filter(other -> other.member() != seat.member())
            .map(ServerDetails::name)
            .collect(Collectors.joining(", "));
    return ApiError.of(
            ErrorCode.SEAT_NEEDED,
            "without "
                + seat.name()
                + " no majority of the voters would be alive ("
                + silent
                + " silent), and nothing could be written; start or remove "
                + silent
                + " first, or repeat with ?force=true")
        .withHttpStatus(CONFLICT);
  }
}
