package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.Servers;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.statemachine.SeatResult;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the seat of a peer that has been silent for longer than the remove delay.
 *
 * <p>The rule an operator can remember: one at a time, only while a majority of the voters is
 * alive, and never below {@code activeSize / 2 + 1} live voters. Silence counts from the later of
 * the peer's last message and the moment this leader took over; that of a newcomer that was never
 * heard from its joining, with a grace. Time in which this leader did not run, or heard no
 * majority, is nobody's silence: when everything has stood still, who is a little slower to come
 * back keeps its seat. Where a standby is known, it takes the seat: see {@link SeatSwap}.
 */
public final class ActivityMonitor extends OneAtATimeDuty {
  private static final Logger LOG = LoggerFactory.getLogger(ActivityMonitor.class);

  /**
   * A newcomer that was never heard is given this long at least: it has to be told of its seat, to
   * open its log and a connection, and perhaps to wait for a snapshot on a loaded machine.
   */
  static final long NEWCOMER_GRACE_MILLIS = 30_000;

  private final LeaderView view;
  private final Census census;
  private final SeatSwap swap;
  private final long aliveWithinMillis;

  /**
   * @param census knows the machines
   * @param swap replaces a dead peer where a standby is known
   * @param aliveWithinMillis a peer counts as alive when it was heard within this time: a short
   *     one, since what is proposed cannot be stopped when it turns out to be dead
   */
  public ActivityMonitor(
      LeaderView view, Census census, SeatSwap swap, long intervalMillis, long aliveWithinMillis) {
    super("activity monitor", intervalMillis);
    this.view = view;
    this.census = census;
    this.swap = swap;
    this.aliveWithinMillis = aliveWithinMillis;
  }

  @Override
  public void start(long term, long nowMillis) {
    super.start(term, nowMillis);
    swap.forget();
  }

  @Override
  public void stop() {
    super.stop();
    swap.forget();
  }

  @Override
  Optional<? extends CompletableFuture<? extends Outcome<?>>> next(long nowMillis) {
    Optional<? extends CompletableFuture<? extends Outcome<?>>> swapping = swap.next(nowMillis);
    return swapping.isPresent() ? swapping : removal(nowMillis);
  }

  /** Takes the seat of a dead peer that no standby is to take. */
  Optional<CompletableFuture<Outcome<SeatResult>>> removal(long nowMillis) {
    Optional<SeatChoice> leaving =
        choice(census.members(nowMillis), view.config(), view.autopilot(), aliveWithinMillis)
            .filter(SeatChoice::isFree)
            .filter(choice -> !swap.holds(choice.member(), nowMillis));
    leaving.ifPresent(
        choice ->
            LOG.warn(
                "{} {}: it loses its seat, which is open to the standbys",
                view.nameOf(choice.member()),
                choice.why()));
    return leaving.map(choice -> view.removeMember(choice.member()));
  }

  /**
   * The peer that has been silent for longest, if that is too long. Only who has a seat can lose
   * one: a voter without a seat leaves with the joint configuration that still needs it.
   */
  static Optional<SeatChoice> choice(
      Servers servers, ClusterConfig config, AutopilotConfig autopilot, long aliveWithinMillis) {
    return servers.peers().stream()
        .filter(peer -> isSilent(peer, config))
        .min(Comparator.comparingLong(peer -> -peer.contact().absentMillis()))
        .map(
            peer ->
                new SeatChoice(
                    peer.member(),
                    silence(peer.contact().absentMillis(), config),
                    obstacle(peer, config, autopilot, LiveVoters.of(servers, aliveWithinMillis))));
  }

  /** Whether a peer has been silent for too long. */
  static boolean isSilent(ServerDetails peer, ClusterConfig config) {
    boolean isNew = !peer.contact().ever() && !peer.voter();
    long allowedMillis =
        isNew
            ? Math.max(NEWCOMER_GRACE_MILLIS, config.removeDelayMillis())
            : config.removeDelayMillis();
    return !peer.leader() && peer.contact().absentMillis() > allowedMillis;
  }

  static String silence(long silentMillis, ClusterConfig config) {
    return "was silent for %d ms, longer than the remove delay of %d ms"
        .formatted(silentMillis, config.removeDelayMillis());
  }

  private static Optional<String> obstacle(
      ServerDetails peer, ClusterConfig config, AutopilotConfig autopilot, LiveVoters live) {
    if (!autopilot.cleanupDeadServers()) {
      return Optional.of("the cleanup of dead servers is off");
    }
    if (!live.hasMajority()) {
      return Optional.of("no majority of the voters is alive");
    }
    int needed = config.activeSize() / 2 + 1;
    // A silent learner votes for nothing, so its seat costs no vote.
    if (!peer.voter()) {
      return Optional.empty();
    }
    if (live.voters().size() <= autopilot.minQuorum()) {
      return Optional.of(
          "with %d voters no more than MinQuorum are left".formatted(live.voters().size()));
    }
    return live.count() >= needed
        ? Optional.empty()
        : Optional.of("only %d voters are alive, %d are needed".formatted(live.count(), needed));
  }
}
