package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.clusterconfig.SchedulerConfig;
import dev.understudy.clusterconfig.SchedulerConfig.Algorithm;
import dev.understudy.clusterconfig.SchedulerConfig.SchedulerClass;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.Servers;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A standby is to take the seat of a living peer of lower seat priority.
 *
 * @param standby its name
 * @param of its class by its seat priority
 * @param peer the name of the peer
 * @param member its member id
 * @param leads whether that peer leads, and hands leadership over first
 */
public record Preemption(
    String standby, SchedulerClass of, String peer, long member, boolean leads) {
  /** Less is not worth a change of the membership. */
  static final int MARGIN = 10;

  /** For so long a standby has shown that it stays. */
  static final long SETTLING_MILLIS = 60_000;

  /**
   * What is to be done next, if anything. Only while every seat is held by a healthy voter: what is
   * not well is mended first.
   *
   * @param servers all machines
   * @param seats how many seats there are
   * @param pauses whether a standby, by its name, came for a seat in vain not long ago
   */
  static Optional<Preemption> next(
      Servers servers, int seats, SchedulerConfig config, Predicate<String> pauses) {
    boolean settled =
        servers.peers().size() == seats
            && servers.all().stream().noneMatch(s -> s.mode() == ServerDetails.Mode.UNDERSTUDY)
            && servers.peers().stream().allMatch(s -> s.healthy() && s.voter());
    return settled
        ? servers.standbys().stream()
            .filter(s -> s.traits().priority() > 0)
            .filter(s -> !pauses.test(s.name()))
            .filter(s -> s.announcedMillis().orElse(0) >= SETTLING_MILLIS)
            .filter(s -> config.isEnabled(SchedulerClass.of(s.traits().priority())))
            .sorted(Comparator.comparingInt(s -> -s.traits().priority()))
            .flatMap(s -> of(s, servers, config).stream())
            .findFirst()
        : Optional.empty();
  }

  /** The peer of the lowest priority that is known; the leader only when there is no other. */
  private static Optional<Preemption> of(
      ServerDetails standby, Servers servers, SchedulerConfig config) {
    return servers.peers().stream()
        .filter(peer -> fits(peer, standby, servers, config))
        .min(
            Comparator.comparing(ServerDetails::leader)
                .thenComparing(peer -> peer.traits().priority())
                .thenComparing(ServerDetails::name))
        .map(
            peer ->
                new Preemption(
                    standby.name(),
                    SchedulerClass.of(standby.traits().priority()),
                    peer.name(),
                    peer.member(),
                    peer.leader()));
  }

  /**
   * Whether nothing that is known by now speaks against it: the peer has its seat and does not
   * lead, and the standby would still be given it. A standby of which nothing is known is on its
   * way from one mode to the other, perhaps.
   */
  boolean holds(Servers servers, SchedulerConfig config) {
    Optional<ServerDetails> now =
        servers.peers().stream().filter(server -> server.member() == member).findFirst();
    return config.isEnabled(of)
        && now.filter(server -> !server.leader()).isPresent()
        && servers.all().stream()
            .filter(server -> server.name().equals(standby))
            .filter(server -> server.traits().seatPriority().isPresent())
            .allMatch(server -> fits(now.get(), server, servers, config));
  }

  private static boolean fits(
      ServerDetails peer, ServerDetails standby, Servers servers, SchedulerConfig config) {
    return isLower(peer.traits(), standby.traits())
        && (config.algorithm() == Algorithm.BINPACK || keeps(servers, peer, standby));
  }

  /** Of a peer that states no priority, of an older release, nobody knows. */
  private static boolean isLower(MachineTraits peer, MachineTraits standby) {
    return peer.seatPriority().isPresent() && standby.priority() - peer.priority() >= MARGIN;
  }

  /** Whether the seats are spread over zones as well as before. */
  private static boolean keeps(Servers servers, ServerDetails peer, ServerDetails standby) {
    String from = peer.traits().zone();
    String to = standby.traits().zone();
    return from.equals(to) || seats(servers, to) + 1 <= seats(servers, from);
  }

  private static long seats(Servers servers, String zone) {
    return servers.peers().stream().filter(peer -> peer.traits().zone().equals(zone)).count();
  }
}
