package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.SchedulerConfig;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.Servers;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the monitors would do about each seat if they looked now, and why; it changes nothing.
 *
 * @param activeSize how many seats there are
 * @param openSeats how many of them nobody holds
 * @param peers those who hold seats, by name
 * @param preemption which standby would take the seat of a living peer, if its class may
 * @param preempts whether its class may
 */
public record SeatPlan(
    int activeSize,
    int openSeats,
    List<Peer> peers,
    Optional<Preemption> preemption,
    boolean preempts) {
  /** Where no standby would take a living peer's seat. */
  public SeatPlan(int activeSize, int openSeats, List<Peer> peers) {
    this(activeSize, openSeats, peers, Optional.empty(), false);
  }

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
   * @param server what is known of it
   * @param verdict what would be done
   * @param reason why, one line for an operator
   */
  public record Peer(ServerDetails server, Verdict verdict, String reason) {}

  public SeatPlan {
    peers = List.copyOf(peers);
  }

  /**
   * The plan of a leader.
   *
   * @param servers the machines with seats
   * @param aliveWithinMillis a peer counts as alive when it was heard within this time
   */
  public static SeatPlan of(
      Servers servers, ClusterConfig config, AutopilotConfig autopilot, long aliveWithinMillis) {
    List<SeatChoice> choices =
        Stream.of(
                ActivityMonitor.choice(servers, config, autopilot, aliveWithinMillis),
                ActiveSizeMonitor.choice(servers, config, aliveWithinMillis))
            .flatMap(Optional::stream)
            .toList();
    List<ServerDetails> peers = servers.peers();
    return new SeatPlan(
        config.activeSize(),
        Math.max(0, config.activeSize() - peers.size()),
        peers.stream().map(peer -> peer(peer, config, choices)).toList());
  }

  /** The same, where dead peers are replaced by standbys. */
  public SeatPlan with(SeatSwap swap, long nowMillis) {
    return new SeatPlan(
        activeSize,
        openSeats,
        peers.stream()
            .map(
                peer -> swap.holds(peer.server().member(), nowMillis) ? replaced(peer, swap) : peer)
            .toList(),
        preemption,
        preempts);
  }

  /** The same with what would become of living peers' seats if every class might take them. */
  public SeatPlan with(Servers servers, SchedulerConfig config, SeatSwap swap) {
    SchedulerConfig on = new SchedulerConfig(true, true, true, config.algorithm());
    Optional<Preemption> would =
        Preemption.next(servers, activeSize, on, name -> swap.copyPauseMillis(name) > 0);
    return new SeatPlan(
        activeSize,
        openSeats,
        peers,
        would,
        would.filter(p -> config.isEnabled(p.of())).isPresent());
  }

  private static Peer replaced(Peer peer, SeatSwap swap) {
    return peer.verdict() == Verdict.KEEPS
        ? peer
        : new Peer(peer.server(), peer.verdict(), peer.reason() + "; " + swap.planned());
  }

  private static Peer peer(ServerDetails server, ClusterConfig config, List<SeatChoice> choices) {
    if (server.leader()) {
      return new Peer(server, Verdict.KEEPS, "leads");
    }
    Optional<SeatChoice> choice =
        choices.stream()
            .filter(each -> each.member() == server.member())
            .min((a, b) -> Boolean.compare(b.isFree(), a.isFree()));
    if (choice.isPresent()) {
      SeatChoice chosen = choice.get();
      return new Peer(
          server,
          chosen.isFree() ? Verdict.LOSES : Verdict.SPARED,
          chosen.why() + chosen.heldBackBy().map(by -> ", but " + by).orElse(""));
    }
    long silentMillis = server.contact().silentMillis();
    if (ActivityMonitor.isSilent(server, config)) {
      String why = ActivityMonitor.silence(silentMillis, config) + ", but another peer goes first";
      return new Peer(server, Verdict.SPARED, why);
    }
    String why =
        server.voter() ? "was heard " + silentMillis + " ms ago" : "catches up, has no vote yet";
    return new Peer(server, Verdict.KEEPS, why);
  }
}
