package dev.understudy.clusterconfig;

import java.lang.module.ModuleDescriptor.Version;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whom a seat goes to first, of the standbys that are there: one without a holder, or that of a
 * dead peer.
 *
 * @param stabilizationMillis for how long a standby must have made itself known
 * @param seatsByZone how many living peers each zone has
 * @param zoneOfDead the zone of the peer that is replaced; empty for a seat without a holder, and
 *     where it is not known
 * @param newVersion the version that is preferred; empty for none
 * @param algorithm whether priorities or zones count first
 */
public record SeatPreference(
    long stabilizationMillis,
    Map<String, Integer> seatsByZone,
    Optional<String> zoneOfDead,
    Optional<String> newVersion,
    SchedulerConfig.Algorithm algorithm) {
  /** By seat priority alone. */
  public static final SeatPreference NONE =
      new SeatPreference(
          0, Map.of(), Optional.empty(), Optional.empty(), SchedulerConfig.Algorithm.BINPACK);

  public SeatPreference {
    seatsByZone = Map.copyOf(seatsByZone);
  }

  /**
   * The preference of a leader.
   *
   * @param servers all machines
   * @param dead the member whose seat is to be taken; 0 for none
   * @param leadingMillis for how long it has led: who has watched standbys for less than the
   *     stabilization time cannot ask for it
   */
  public static SeatPreference of(
      Servers servers,
      long dead,
      long leadingMillis,
      ClusterConfig config,
      AutopilotConfig autopilot,
      SchedulerConfig scheduler) {
    long stabilizationMillis = autopilot.stabilizationMillis(config);
    Map<String, Integer> seatsByZone = new HashMap<>();
    servers.peers().stream()
        .filter(peer -> peer.member() != dead)
        .forEach(peer -> seatsByZone.merge(peer.traits().zone(), 1, Integer::sum));
    return new SeatPreference(
        leadingMillis < stabilizationMillis ? 0 : stabilizationMillis,
        seatsByZone,
        servers.byMember(dead).map(s -> s.traits().zone()).filter(zone -> !zone.isEmpty()),
        autopilot.disableUpgradeMigration()
            ? Optional.empty()
            : newVersion(servers.all(), config.activeSize()),
        scheduler.algorithm());
  }

  /** The newest version, if there are others and as many healthy machines have it as seats. */
  static Optional<String> newVersion(List<ServerDetails> servers, int seats) {
    Optional<String> newest =
        versions(servers).distinct().max(Comparator.comparing(SeatPreference::parsed));
    return newest
        .filter(version -> versions(servers).anyMatch(other -> !other.equals(version)))
        .filter(version -> versions(servers).filter(version::equals).count() >= seats);
  }

  private static Stream<String> versions(List<ServerDetails> servers) {
    return servers.stream()
        .filter(server -> server.healthy() && server.traits().priority() > 0)
        .map(server -> server.traits().version())
        .filter(version -> !version.isEmpty());
  }

  /** What is no version is older than any. */
  private static Version parsed(String text) {
    try {
      return Version.parse(text);
    } catch (IllegalArgumentException e) {
      return Version.parse("0-0");
    }
  }

  /** Negative when the first machine is better; asked of thousands. */
  public int compare(MachineTraits one, MachineTraits two) {
    int byPriority = Integer.compare(two.priority(), one.priority());
    int byZone = Integer.compare(crowd(one.zone()), crowd(two.zone()));
    boolean spread = algorithm == SchedulerConfig.Algorithm.SPREAD;
    int first = spread ? byZone : byPriority;
    int second = spread ? byPriority : byZone;
    return first != 0 ? first : second != 0 ? second : Boolean.compare(isNew(two), isNew(one));
  }

  private boolean isNew(MachineTraits traits) {
    return newVersion.isPresent() && newVersion.get().equals(traits.version());
  }

  /** A dead peer's own zone is one short; else the emptiest is the best. */
  private int crowd(String zone) {
    return zoneOfDead.isPresent() && zoneOfDead.get().equals(zone)
        ? -1
        : seatsByZone.getOrDefault(zone, 0);
  }
}
