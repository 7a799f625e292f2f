package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the monitors would do about each seat if they looked now, and why; it changes nothing.
 *
 * @param activeSize how many seats there are
 * @param openSeats how many of them nobody holds
 * @param peers those who hold seats, by name
 */
public record SeatPlan(int activeSize, int openSeats, List<Peer> peers) {
  /** What a monitor would do. */
  public enum Verdict {
    /** Nothing is held against this peer. */
    KEEPS,
    /** Its seat would be taken. */
    LOSES,
    /** Its seat would be taken, if nothing held that back. */
    SPARED
  }

  /**
   * What becomes of a peer.
   *
   * @param seat its seat
   * @param votes whether it is a voter; false while it catches up
   * @param silentMillis how long ago its leader heard of it; 0 for the leader itself
   * @param lagEntries how many entries of the log it is not known to hold
   * @param verdict what would be done
   * @param reason why, one line for an operator
   */
  public record Peer(
      Seat seat,
      boolean votes,
      long silentMillis,
      long lagEntries,
      Verdict verdict,
      String reason) {}

  public SeatPlan {
    peers = List.copyOf(peers);
  }

  /**
   * The plan of a leader.
   *
   * @param nowMillis monotonic, as in the status
   * @param aliveWithinMillis a peer counts as alive when it was heard within this time
   */
  public static SeatPlan of(
      PeerStatus status,
      Registry registry,
      ClusterConfig config,
      long nowMillis,
      long aliveWithinMillis) {
    List<SeatChoice> choices =
        Stream.of(
                ActivityMonitor.choice(status, registry, config, nowMillis, aliveWithinMillis),
                ActiveSizeMonitor.choice(status, registry, config, nowMillis, aliveWithinMillis))
            .flatMap(Optional::stream)
            .toList();
    return new SeatPlan(
        config.activeSize(),
        Math.max(0, config.activeSize() - registry.seats().size()),
        registry.all().stream()
            .map(seat -> peer(seat, status, config, nowMillis, choices))
            .toList());
  }

  /** The same, where dead peers are replaced by standbys. */
  public SeatPlan with(SeatSwap swap, long nowMillis) {
    return new SeatPlan(
        activeSize,
        openSeats,
        peers.stream()
            .map(peer -> swap.holds(peer.seat().member(), nowMillis) ? replaced(peer, swap) : peer)
            .toList());
  }

  private static Peer replaced(Peer peer, SeatSwap swap) {
    return peer.verdict() == Verdict.KEEPS
        ? peer
        : new Peer(
            peer.seat(),
            peer.votes(),
            peer.silentMillis(),
            peer.lagEntries(),
            peer.verdict(),
            peer.reason() + "; " + swap.planned());
  }

  private static Peer peer(
      Seat seat,
      PeerStatus status,
      ClusterConfig config,
      long nowMillis,
      List<SeatChoice> choices) {
    long member = seat.member();
    boolean votes = status.voters().contains(member);
    if (member == status.member()) {
      return new Peer(seat, votes, 0, 0, Verdict.KEEPS, "leads");
    }
    Optional<PeerStatus.Peer> known = Optional.ofNullable(status.peers().get(member));
    long silent = known.map(peer -> nowMillis - peer.lastHeardMillis()).orElse(0L);
    long lag = known.map(peer -> Math.max(0, status.commit() - peer.match())).orElse(0L);
    Optional<SeatChoice> choice =
        choices.stream()
            .filter(each -> each.member() == member)
            .min((a, b) -> Boolean.compare(b.isFree(), a.isFree()));
    if (choice.isPresent()) {
      SeatChoice chosen = choice.get();
      return new Peer(
          seat,
          votes,
          silent,
          lag,
          chosen.isFree() ? Verdict.LOSES : Verdict.SPARED,
          chosen.why() + chosen.heldBackBy().map(by -> ", but " + by).orElse(""));
    }
    if (known.isPresent() && ActivityMonitor.isSilent(member, status, config, nowMillis)) {
      String why = ActivityMonitor.silence(silent, config) + ", but another peer goes first";
      return new Peer(seat, votes, silent, lag, Verdict.SPARED, why);
    }
    String why = votes ? "was heard " + silent + " ms ago" : "catches up, has no vote yet";
    return new Peer(seat, votes, silent, lag, Verdict.KEEPS, why);
  }
}
