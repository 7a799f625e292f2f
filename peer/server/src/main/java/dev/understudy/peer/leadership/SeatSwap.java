package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.ServerDetails.Contact;
import dev.understudy.clusterconfig.Servers;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.statemachine.SeatResult;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a dead peer by a standby without a moment in which the cluster has fewer votes. The
 * standby is brought in as a learner without a seat, the <em>understudy</em>; once it has caught up
 * it takes seat and vote of the dead peer in one joint change of the membership. There is one
 * understudy at a time, and it is bound to nobody: it replaces whoever is dead when it is ready.
 *
 * <p>It comes a little early, within a sync interval of the remove delay's end, so that the seat is
 * filled when the delay is over and not only begun to be. Should the silent peer come back, the
 * understudy is let go, and for a while none comes early.
 *
 * <p>An understudy is let go as well when it cannot catch up within a time, or is not there any
 * more. While there is none, and a standby is known that could come, the dead peer keeps its seat
 * for a few sync intervals; then it loses it as if no standby were known.
 *
 * <p>What a leader knows of its understudy is in memory. The next leader finds a learner without a
 * seat that it has not brought in, and lets it go.
 *
 * <p>{@link #next} is for the leader loop, all else for any thread.
 */
public final class SeatSwap {
  private static final Logger LOG = LoggerFactory.getLogger(SeatSwap.class);

  /** A standby syncs once in this many intervals at least: they vary by a tenth. */
  private static final double EARLY_INTERVALS = 1.2;

  /** As many syncs may be lost before nobody waits for a standby any more. */
  private static final int OFFER_INTERVALS = 3;

  /** It was reached when it asked, so what it still has to do is to make a log. */
  private static final long ARRIVAL_MILLIS = 10_000;

  /** A short remove delay says nothing of how much there is to copy. */
  private static final long MIN_CATCH_UP_MILLIS = 60_000;

  private static final long MAX_CATCH_UP_MILLIS = 1_800_000;

  /** For so many remove delays nobody comes early after one that came in vain. */
  private static final int CALM_DELAYS = 10;

  /**
   * A standby that has been brought in as a learner.
   *
   * @param machine its name and addresses
   * @param member its member id
   * @param sinceMillis when it was brought in, on the clock of the swap
   */
  public record Understudy(MachineRecord machine, long member, long sinceMillis) {}

  private final LeaderView view;
  private final Census census;
  private final LongSupplier clockMillis;
  private final long aliveWithinMillis;
  private final long countedOnWithinMillis;
  private final AtomicReference<Optional<Understudy>> present =
      new AtomicReference<>(Optional.empty());
  private final VainArrivals vain = new VainArrivals();
  private volatile BooleanSupplier standbyKnown = () -> false;
  private volatile Supplier<Optional<Preemption>> preemption = Optional::empty;
  private volatile long earlyFromMillis = Long.MIN_VALUE;
  private volatile long lastEndMillis = Long.MIN_VALUE;

  /**
   * The understudy that was a learner already; for the leader loop alone. Not its id, which a
   * replica has each time that it comes.
   */
  private Optional<Understudy> seenLearner = Optional.empty();

  /**
   * @param census knows the machines, and hears from here who has been brought in
   * @param clockMillis monotonic
   * @param aliveWithinMillis a peer counts as alive when it was heard within this time
   * @param countedOnWithinMillis a shorter time, for the votes that a swap counts on
   */
  public SeatSwap(
      LeaderView view,
      Census census,
      LongSupplier clockMillis,
      long aliveWithinMillis,
      long countedOnWithinMillis) {
    this.view = view;
    this.census = census;
    this.clockMillis = clockMillis;
    this.aliveWithinMillis = aliveWithinMillis;
    this.countedOnWithinMillis = countedOnWithinMillis;
    census.understudy(present::get);
  }

  /** Says how to know whether there is a standby that would come. */
  public void standbyKnown(BooleanSupplier known) {
    standbyKnown = known;
  }

  /** Says how to know who is to take the seat of a living peer. */
  public void preemption(Supplier<Optional<Preemption>> decided) {
    preemption = decided;
  }

  /** A term begins or has ended: what an earlier one has brought in is not this leader's. */
  void forget() {
    present.set(Optional.empty());
    seenLearner = Optional.empty();
    earlyFromMillis = Long.MIN_VALUE;
    lastEndMillis = Long.MIN_VALUE;
  }

  /** Who has been brought in. */
  public Optional<Understudy> understudy() {
    return present.get();
  }

  /** Whether the standby of that name is wanted as understudy now, or is it already. */
  public boolean isWanted(String name) {
    Optional<Understudy> now = present.get();
    return now.isPresent()
        ? now.get().machine().name().equals(name)
        : vain.pauseMillis(name, clockMillis.getAsLong()) == 0 && seatFor(name).isPresent();
  }

  /** The voter whose seat a standby would take: a dead one's, or one that it is to take. */
  public Optional<Long> seatFor(String name) {
    return deadOrSoon().or(() -> preempted(name));
  }

  private Optional<Long> preempted(String name) {
    return preemption.get().filter(p -> p.standby().equals(name)).map(Preemption::member);
  }

  /** The voter whose seat a standby is to come for, while none has come. */
  Optional<Long> seatToTake() {
    return present.get().isPresent()
        ? Optional.empty()
        : deadOrSoon().or(() -> preemption.get().map(Preemption::member));
  }

  /** For how long the standby of that name is given no seat, since it did not catch up. */
  public long copyPauseMillis(String name) {
    return vain.copyPauseMillis(name, clockMillis.getAsLong());
  }

  /** The names of those to whom that applies. */
  public Set<String> copyPaused() {
    return vain.copyPaused(clockMillis.getAsLong());
  }

  /** Who came in vain, to whatever seat. */
  VainArrivals vain() {
    return vain;
  }

  /** The voter whose seat an understudy would take now or soon. */
  public Optional<Long> deadOrSoon() {
    return deadOrSoon(clockMillis.getAsLong());
  }

  private Optional<Long> deadOrSoon(long nowMillis) {
    long early = nowMillis >= earlyFromMillis ? earlyMillis(view.config()) : 0;
    return silentFor(view.config().removeDelayMillis() - early, census.members(nowMillis))
        .map(ServerDetails::member);
  }

  private static long earlyMillis(ClusterConfig config) {
    long syncs = Math.round(EARLY_INTERVALS * config.syncIntervalMillis());
    return Math.min(syncs, config.removeDelayMillis() / 2);
  }

  /**
   * The voter that has been silent for longest, if that is so long; nobody while a seat is open,
   * which a standby takes first, or while there are more peers than seats, of which one leaves.
   */
  private Optional<ServerDetails> silentFor(long millis, Servers servers) {
    if (!view.autopilot().cleanupDeadServers()
        || servers.peers().size() != view.config().activeSize()
        || !LiveVoters.of(servers, aliveWithinMillis).hasMajority()) {
      return Optional.empty();
    }
    return servers.peers().stream()
        .filter(peer -> peer.voter() && !peer.leader() && peer.contact().isKnown())
        .filter(peer -> !peer.contact().isAbsentWithin(millis))
        .min(Comparator.comparingLong(peer -> -peer.contact().absentMillis()));
  }

  /**
   * Takes note of an understudy before it is proposed.
   *
   * @param instead the one that it replaces, which is of the same name
   * @return whether it may be proposed; of several that come at once one may
   */
  public boolean begin(Optional<Understudy> instead, MachineRecord machine, long member) {
    Understudy next = new Understudy(machine, member, clockMillis.getAsLong());
    if (!present.compareAndSet(instead, Optional.of(next))) {
      return false;
    }
    LOG.info(
        "{} comes as a learner, to take the seat of another peer ({}) once it has caught up",
        machine.name(),
        seatFor(machine.name()).map(view::nameOf).orElse("back meanwhile"));
    return true;
  }

  /** What was noted of a member is not so: it was not brought in. */
  public void notBegun(long member) {
    present.updateAndGet(now -> now.filter(understudy -> understudy.member() != member));
  }

  /** Whether a dead peer keeps its seat for now because a standby comes to take it. */
  boolean holds(long member, long nowMillis) {
    Servers servers = census.members(nowMillis);
    ClusterConfig config = view.config();
    Optional<ServerDetails> peer = servers.byMember(member).filter(ServerDetails::voter);
    if (peer.isEmpty() || servers.peers().size() != config.activeSize()) {
      return false;
    }
    long dueMillis = nowMillis - peer.get().contact().absentMillis() + config.removeDelayMillis();
    long waitedMillis = nowMillis - Math.max(dueMillis, lastEndMillis);
    return present.get().isPresent()
        || waitedMillis <= OFFER_INTERVALS * config.syncIntervalMillis()
            && standbyKnown.getAsBoolean();
  }

  /** What to ask of the cluster for, or because of, an understudy; empty when nothing. */
  Optional<CompletableFuture<? extends Outcome<?>>> next(long nowMillis) {
    Servers servers = census.members(nowMillis);
    Optional<ServerDetails> stray =
        servers.leaving().stream().filter(member -> !member.voter()).findFirst();
    if (stray.isPresent()) {
      return Optional.of(view.removeMember(stray.get().member()));
    }
    Optional<Understudy> understudy = present.get();
    return understudy.isEmpty() ? Optional.empty() : next(understudy.get(), servers, nowMillis);
  }

  private Optional<CompletableFuture<? extends Outcome<?>>> next(
      Understudy understudy, Servers servers, long nowMillis) {
    Optional<ServerDetails> known = servers.byMember(understudy.member());
    if (known.filter(ServerDetails::isPeer).isPresent()) {
      vain.arrived(understudy.machine().name());
      end(nowMillis);
      return Optional.empty();
    }
    if (wasTakenOut(understudy, known)) {
      return forgetTakenOut(understudy, nowMillis);
    }
    Optional<String> failure = failure(understudy, known, nowMillis);
    if (failure.isPresent()) {
      return letGoAsFailed(understudy, failure.get(), nowMillis);
    }
    return known.isPresent()
        ? next(understudy, known.get(), servers, nowMillis)
        : Optional.empty(); // on its way
  }

  private Optional<CompletableFuture<? extends Outcome<?>>> next(
      Understudy understudy, ServerDetails known, Servers servers, long nowMillis) {
    Optional<ServerDetails> dead = silentFor(view.config().removeDelayMillis(), servers);
    if (dead.isPresent()) {
      return isReady(known, servers) && mayReplaceDead(dead.get(), servers)
          ? Optional.of(swap(understudy, dead.get()))
          : Optional.empty();
    }
    Optional<Long> preempted = preempted(understudy.machine().name());
    if (preempted.isPresent()) {
      return isReady(known, servers) && mayReplaceLiving(preempted.get(), servers)
          ? Optional.of(preempt(understudy, preempted.get()))
          : Optional.empty();
    }
    if (servers.peers().size() < view.config().activeSize()) {
      return Optional.of(
          view.giveSeat(understudy.machine(), understudy.member(), start(understudy.member())));
    }
    return silentFor(view.config().removeDelayMillis() - earlyMillis(view.config()), servers)
            .isPresent()
        ? Optional.empty()
        : letGoAsNotNeeded(understudy, nowMillis);
  }

  /** Its vote is counted on at once. */
  private boolean isReady(ServerDetails understudy, Servers servers) {
    return LearnerPromotion.caughtUp(understudy, servers)
        && understudy.contact().isWithin(countedOnWithinMillis);
  }

  private boolean mayReplaceDead(ServerDetails dead, Servers servers) {
    return LiveVoters.of(servers, countedOnWithinMillis).hasMajorityNotCounting(dead.member());
  }

  /** What is not well is mended first: see {@link Preemption#next}. */
  private boolean mayReplaceLiving(long peer, Servers servers) {
    LiveVoters live = LiveVoters.of(servers, countedOnWithinMillis);
    return live.hasAllWithout(peer) && live.hasMajorityNotCounting(peer);
  }

  private void end(long nowMillis) {
    present.set(Optional.empty());
    lastEndMillis = nowMillis;
  }

  /** That it is a learner is noted once it is one; whoever is none any more has not failed. */
  private boolean wasTakenOut(Understudy understudy, Optional<ServerDetails> known) {
    if (known.isPresent()) {
      seenLearner = Optional.of(understudy);
    }
    return known.isEmpty() && seenLearner.filter(understudy::equals).isPresent();
  }

  private Optional<CompletableFuture<? extends Outcome<?>>> forgetTakenOut(
      Understudy understudy, long nowMillis) {
    LOG.info("{} is no learner any more, and stays a standby", understudy.machine().name());
    end(nowMillis);
    return Optional.empty();
  }

  private Optional<String> failure(
      Understudy understudy, Optional<ServerDetails> known, long nowMillis) {
    Optional<Contact> contact = known.map(ServerDetails::contact).filter(Contact::isKnown);
    long sinceMillis = nowMillis - understudy.sinceMillis();
    long silentMillis = contact.map(Contact::absentMillis).orElse(sinceMillis);
    boolean arrived = contact.filter(Contact::ever).isPresent();
    if (!arrived && sinceMillis > ARRIVAL_MILLIS) {
      return Optional.of("it has not come within " + ARRIVAL_MILLIS + " ms");
    }
    if (arrived && silentMillis > Math.max(aliveWithinMillis, view.config().removeDelayMillis())) {
      return Optional.of("it has been silent for " + silentMillis + " ms");
    }
    return hasLagged(understudy, nowMillis)
        ? Optional.of("it has not caught up within " + sinceMillis + " ms")
        : Optional.empty();
  }

  private boolean hasLagged(Understudy understudy, long nowMillis) {
    return nowMillis - understudy.sinceMillis() > catchUpMillis(view.config());
  }

  /** Who can wait long for a dead peer can wait long for a copy of the data. */
  static long catchUpMillis(ClusterConfig config) {
    return Math.max(MIN_CATCH_UP_MILLIS, Math.min(config.removeDelayMillis(), MAX_CATCH_UP_MILLIS));
  }

  private CompletableFuture<Outcome<SeatResult>> swap(Understudy understudy, ServerDetails dead) {
    LOG.warn(
        "{} {}: {} takes its seat",
        view.nameOf(dead.member()),
        ActivityMonitor.silence(dead.contact().absentMillis(), view.config()),
        understudy.machine().name());
    return view.swapMember(
        understudy.machine(), understudy.member(), start(understudy.member()), dead.member());
  }

  private CompletableFuture<Outcome<SeatResult>> preempt(Understudy understudy, long peer) {
    LOG.warn(
        "{} has caught up and takes the seat of {}, whose seat priority is lower",
        understudy.machine().name(),
        view.nameOf(peer));
    return view.swapMember(
        understudy.machine(), understudy.member(), start(understudy.member()), peer);
  }

  /** With its vote, the start is recorded that the vote counts for. */
  private Incarnation start(long member) {
    Lineage lineage = view.processes().getOrDefault(member, Lineage.UNSTATED);
    return lineage.isStated() ? lineage.current() : Incarnation.NONE;
  }

  private Optional<CompletableFuture<? extends Outcome<?>>> letGoAsFailed(
      Understudy understudy, String why, long nowMillis) {
    String name = understudy.machine().name();
    long allowedMillis = catchUpMillis(view.config());
    long pauseMillis =
        hasLagged(understudy, nowMillis)
            ? vain.lagged(name, nowMillis, allowedMillis)
            : vain.absent(name, nowMillis, allowedMillis);
    LOG.warn(
        "{} is let go and stays a standby: {}; it is not asked again for {} ms",
        name,
        why,
        pauseMillis);
    notBegun(understudy.member());
    return Optional.of(view.removeMember(understudy.member()));
  }

  private Optional<CompletableFuture<? extends Outcome<?>>> letGoAsNotNeeded(
      Understudy understudy, long nowMillis) {
    LOG.info("{} is let go: no peer is silent any more", understudy.machine().name());
    end(nowMillis);
    earlyFromMillis = nowMillis + CALM_DELAYS * view.config().removeDelayMillis();
    return Optional.of(view.removeMember(understudy.member()));
  }

  /** What the plan says of a peer whose seat is held for a standby. */
  String planned() {
    return present
        .get()
        .map(understudy -> understudy.machine().name() + " takes it once it has caught up")
        .orElse("a standby is to take it");
  }
}
