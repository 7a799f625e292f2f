package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.statemachine.Registry;
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
 * heard from its joining, with a grace. Where a standby is known, it takes the seat: see {@link
 * SeatSwap}.
 */
public final class ActivityMonitor extends OneAtATimeDuty {
  private static final Logger LOG = LoggerFactory.getLogger(ActivityMonitor.class);

  /**
   * A newcomer that was never heard is given this long at least: it has to be told of its seat, to
   * open its log and a connection, and perhaps to wait for a snapshot on a loaded machine.
   */
  static final long NEWCOMER_GRACE_MILLIS = 30_000;

  private final LeaderView view;
  private final SeatSwap swap;
  private final long aliveWithinMillis;

  /**
   * @param swap replaces a dead peer where a standby is known
   * @param aliveWithinMillis a peer counts as alive when it was heard within this time: a short
   *     one, since what is proposed cannot be stopped when it turns out to be dead
   */
  public ActivityMonitor(
      LeaderView view, SeatSwap swap, long intervalMillis, long aliveWithinMillis) {
    super("activity monitor", intervalMillis);
    this.view = view;
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

  private Optional<CompletableFuture<Outcome<SeatResult>>> removal(long nowMillis) {
    Optional<SeatChoice> leaving =
        choice(
                view.status(),
                view.registry(),
                view.config(),
                view.autopilot(),
                nowMillis,
                aliveWithinMillis)
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

  /** The peer that has been silent for longest, if that is too long. */
  static Optional<SeatChoice> choice(
      PeerStatus status,
      Registry registry,
      ClusterConfig config,
      AutopilotConfig autopilot,
      long nowMillis,
      long aliveWithinMillis) {
    return status.peers().entrySet().stream()
        .filter(peer -> peer.getKey() != status.member())
        .filter(peer -> hasSeatOrVote(peer.getKey(), status, registry))
        .filter(peer -> isSilent(peer.getKey(), status, config, nowMillis))
        .min(Comparator.comparingLong(peer -> peer.getValue().lastHeardMillis()))
        .map(
            peer ->
                new SeatChoice(
                    peer.getKey(),
                    silence(nowMillis - peer.getValue().lastHeardMillis(), config),
                    obstacle(
                        peer.getKey(),
                        status,
                        config,
                        autopilot,
                        LiveVoters.of(status, nowMillis, aliveWithinMillis))));
  }

  /** An understudy has neither yet. */
  static boolean hasSeatOrVote(long member, PeerStatus status, Registry registry) {
    return status.voters().contains(member) || registry.byMember(member).isPresent();
  }

  /** Whether a member has been silent for too long. */
  static boolean isSilent(long member, PeerStatus status, ClusterConfig config, long nowMillis) {
    PeerStatus.Peer peer = status.peers().get(member);
    boolean isNew = !peer.everHeard() && status.learners().contains(member);
    long allowedMillis =
        isNew
            ? Math.max(NEWCOMER_GRACE_MILLIS, config.removeDelayMillis())
            : config.removeDelayMillis();
    return nowMillis - peer.lastHeardMillis() > allowedMillis;
  }

  static String silence(long silentMillis, ClusterConfig config) {
    return "was silent for %d ms, longer than the remove delay of %d ms"
        .formatted(silentMillis, config.removeDelayMillis());
  }

  private static Optional<String> obstacle(
      long member,
      PeerStatus status,
      ClusterConfig config,
      AutopilotConfig autopilot,
      LiveVoters live) {
    if (!autopilot.cleanupDeadServers()) {
      return Optional.of("the cleanup of dead servers is off");
    }
    if (!live.hasMajority()) {
      return Optional.of("no majority of the voters is alive");
    }
    int needed = config.activeSize() / 2 + 1;
    // A silent learner votes for nothing, so its seat costs no vote.
    if (!status.voters().contains(member)) {
      return Optional.empty();
    }
    if (status.voters().size() <= autopilot.minQuorum()) {
      return Optional.of(
          "with %d voters no more than MinQuorum are left".formatted(status.voters().size()));
    }
    return live.count() >= needed
        ? Optional.empty()
        : Optional.of("only %d voters are alive, %d are needed".formatted(live.count(), needed));
  }
}
