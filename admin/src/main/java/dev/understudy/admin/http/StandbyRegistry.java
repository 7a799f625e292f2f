package dev.understudy.admin.http;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.ReplicaReply;
import dev.understudy.clusterconfig.ReplicaRequest;
import dev.understudy.clusterconfig.SeatOffer;
import dev.understudy.clusterconfig.SeatPreference;
import dev.understudy.clusterconfig.StandbyNotice;
import dev.understudy.peer.ClusterAdmin;
import dev.understudy.peer.leadership.Standbys;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The standbys that have made themselves known to this peer by syncing, and whom of them an open
 * seat is meant for: replicas first, then the highest priority, then who has been known for
 * longest. A standby that misses its next sync is forgotten, so that nobody waits for one that is
 * gone; one that was offered a seat and has not come within two intervals stands behind all others,
 * and a seat that was offered in vain for so long is for whoever comes: there may be many who never
 * come. One that has just lost its seat gets none for an interval and stands behind all others for
 * another.
 *
 * <p>Only who was reached at its peer URL is noted, and at one place there is one standby: names
 * that somebody made up take nobody's place.
 *
 * <p>In memory only; a new leader learns its standbys with their next syncs, and until then the
 * first that asks gets the seat. For use by many threads; never blocks for long.
 */
public final class StandbyRegistry {
  /**
   * A standby that was heard of lately.
   *
   * @param notice what it said of itself last
   * @param firstHeardMillis when it made itself known, on the clock of the roll
   * @param lastHeardMillis when it synced last
   * @param offeredMillis when the open seat was offered to it first, if one was
   */
  public record Known(
      StandbyNotice notice,
      long firstHeardMillis,
      long lastHeardMillis,
      OptionalLong offeredMillis) {
    /** Whether it takes a seat by itself. */
    boolean takesSeats() {
      return notice.seatPriority() > 0;
    }

    /** Whether it is a replica, which has nothing to copy when it takes a seat. */
    boolean holdsData() {
      return notice.replica().filter(ReplicaRequest::holdsData).isPresent();
    }

    String name() {
      return notice.machine().name();
    }

    Standbys.Announced announced() {
      return new Standbys.Announced(notice, firstHeardMillis, lastHeardMillis);
    }

    private Known withoutPriority() {
      return new Known(
          notice.withSeatPriority(0), firstHeardMillis, lastHeardMillis, offeredMillis);
    }

    private Known offered(OptionalLong millis) {
      return new Known(notice, firstHeardMillis, lastHeardMillis, millis);
    }
  }

  /**
   * A notice costs some hundred bytes, so this is some megabytes; each of them was reached at a
   * place of its own.
   */
  static final int MAX_KNOWN = 16_384;

  /** Half an interval late is no accident of scheduling any more. */
  private static final double PATIENCE_INTERVALS = 1.5;

  /** Who is offered a seat comes at once; after so many syncs it will not come any more. */
  private static final int OFFER_INTERVALS = 2;

  /** Less than a standby waits for the answer to its sync. */
  private static final long ASK_TIMEOUT_MILLIS = 800;

  /** From one address; made-up names must not use up all questions. */
  private static final int ASKED_AT_ONCE = 16;

  private static final Comparator<Known> LONGEST_KNOWN_FIRST =
      Comparator.comparingLong(Known::firstHeardMillis).thenComparing(Known::name);

  private final LongSupplier monotonicMillis;
  private final Optional<AskBack> askBack;
  private final ToLongFunction<String> lossAgeMillis;
  private final Supplier<Set<String>> takenOut;
  private final Supplier<SeatPreference> preference;
  private final Map<String, Known> byName = new HashMap<>();

  /** The names of those in the other map, by where they are. */
  private final Map<String, String> nameByPeerUrl = new HashMap<>();

  private final Map<String, Integer> askedFor = new HashMap<>();

  /** Whose seats were taken when the open ones were offered first, and when that was. */
  private Set<String> seatedAtOffer = Set.of();

  private OptionalLong firstOfferMillis = OptionalLong.empty();

  /** Whether one of those who are known is noted as having been offered a seat. */
  private boolean anyOffered;

  private long forgotMillis;

  /**
   * Believes every notice.
   *
   * @param monotonicMillis a clock that never goes back
   */
  StandbyRegistry(LongSupplier monotonicMillis) {
    this(
        monotonicMillis,
        Optional.empty(),
        name -> Long.MAX_VALUE,
        Set::of,
        () -> SeatPreference.NONE);
  }

  /** A registry in which seat priorities alone say who is better. */
  public StandbyRegistry(
      LongSupplier monotonicMillis,
      AskBack askBack,
      ToLongFunction<String> lossAgeMillis,
      Supplier<Set<String>> takenOut) {
    this(monotonicMillis, askBack, lossAgeMillis, takenOut, () -> SeatPreference.NONE);
  }

  /**
   * A registry of a peer.
   *
   * @param monotonicMillis a clock that never goes back
   * @param askBack proves that a standby is where it says
   * @param lossAgeMillis how long ago the machine of a name has lost its seat
   * @param takenOut the names of machines that are to get none; their seat priority is 0 then
   * @param preference whom a seat goes to first; asked while there is one to be had
   */
  public StandbyRegistry(
      LongSupplier monotonicMillis,
      AskBack askBack,
      ToLongFunction<String> lossAgeMillis,
      Supplier<Set<String>> takenOut,
      Supplier<SeatPreference> preference) {
    this(monotonicMillis, Optional.of(askBack), lossAgeMillis, takenOut, preference);
  }

  private StandbyRegistry(
      LongSupplier monotonicMillis,
      Optional<AskBack> askBack,
      ToLongFunction<String> lossAgeMillis,
      Supplier<Set<String>> takenOut,
      Supplier<SeatPreference> preference) {
    this.preference = preference;
    this.takenOut = takenOut;
    this.monotonicMillis = monotonicMillis;
    this.askBack = askBack;
    this.lossAgeMillis = lossAgeMillis;
  }

  /**
   * A standby syncs with a peer: it is noted, once it was reached, and the leader says whether an
   * open seat is meant for it.
   *
   * @param admin the peer
   * @param from the address that the notice came from
   * @return empty on a peer that does not lead; completes within a second
   */
  public CompletableFuture<Optional<SeatOffer>> synced(
      StandbyNotice notice, ClusterAdmin admin, String from) {
    forgetTheSilentNowAndThen(admin.config());
    return reached(notice, from)
        .thenApply(
            isThere -> {
              if (isThere) {
                heard(notice);
              }
              return admin.isLeader()
                  ? Optional.of(
                      offerTo(
                          notice.machine().name(),
                          admin.machines(),
                          admin.config(),
                          admin::wantsUnderstudy,
                          admin.paused()))
                  : Optional.empty();
            });
  }

  /**
   * What a leader answers to a standby that has synced just now and wants the data; empty when it
   * does not, or this peer does not lead.
   */
  public Optional<ReplicaReply> replicaAnswer(StandbyNotice notice, ClusterAdmin admin) {
    return notice
        .replica()
        .filter(request -> admin.isLeader())
        .map(
            request ->
                isKnown(notice)
                    ? admin.replicate(notice.machine(), request)
                    : new ReplicaReply.Refused("the leader has not reached it yet"));
  }

  private CompletableFuture<Boolean> reached(StandbyNotice notice, String from) {
    if (askBack.isEmpty() || isKnown(notice)) {
      return CompletableFuture.completedFuture(true);
    }
    if (isFull() || !beginAsking(from)) {
      return CompletableFuture.completedFuture(false);
    }
    return askBack
        .get()
        .ask(notice.machine(), ASK_TIMEOUT_MILLIS)
        .whenComplete((answer, bug) -> endAsking(from))
        .thenApply(answer -> answer instanceof AskBack.Answer.Confirmed);
  }

  private synchronized boolean isFull() {
    return byName.size() >= MAX_KNOWN;
  }

  private synchronized boolean isKnown(StandbyNotice notice) {
    Known known = byName.get(notice.machine().name());
    return known != null && known.notice().machine().equals(notice.machine());
  }

  private synchronized boolean beginAsking(String from) {
    int underWay = askedFor.getOrDefault(from, 0);
    if (underWay >= ASKED_AT_ONCE) {
      return false; // and not counted, or in the end nobody would be asked any more
    }
    askedFor.put(from, underWay + 1);
    return true;
  }

  private synchronized void endAsking(String from) {
    askedFor.computeIfPresent(from, (key, count) -> count <= 1 ? null : count - 1);
  }

  /** A standby has synced with this peer, and is where it says. */
  synchronized void heard(StandbyNotice notice) {
    long now = monotonicMillis.getAsLong();
    String name = notice.machine().name();
    String peerUrl = MachineUrl.normal(notice.machine().peerUrl());
    Optional<Known> before = Optional.ofNullable(byName.get(name)).or(() -> at(peerUrl));
    if (before.isEmpty() && isFull()) {
      return;
    }
    before.ifPresent(this::forget);
    at(peerUrl).ifPresent(this::forget);
    nameByPeerUrl.put(peerUrl, name);
    byName.put(
        name,
        new Known(
            notice,
            before.map(Known::firstHeardMillis).orElse(now),
            now,
            before.map(Known::offeredMillis).orElse(OptionalLong.empty())));
  }

  /** Who is known at a place, by whatever name. */
  private Optional<Known> at(String peerUrl) {
    return Optional.ofNullable(nameByPeerUrl.get(peerUrl)).map(byName::get);
  }

  private void forget(Known known) {
    byName.remove(known.name());
    nameByPeerUrl.remove(MachineUrl.normal(known.notice().machine().peerUrl()));
  }

  private void forgetTheSilent(ClusterConfig config) {
    long now = monotonicMillis.getAsLong();
    long patience = patienceMillis(config);
    byName.values().stream()
        .filter(known -> now - known.lastHeardMillis() > patience)
        .toList()
        .forEach(this::forget);
    forgotMillis = now;
  }

  /** Not with every sync of thousands. */
  private synchronized void forgetTheSilentNowAndThen(ClusterConfig config) {
    if (monotonicMillis.getAsLong() - forgotMillis > patienceMillis(config)) {
      forgetTheSilent(config);
    }
  }

  private static long patienceMillis(ClusterConfig config) {
    return Math.round(PATIENCE_INTERVALS * config.syncIntervalMillis());
  }

  /** The standbys that are there, the best first; none that has a seat. */
  public List<Known> candidates(List<MachineView> machines, ClusterConfig config) {
    return candidates(machines, config, preference.get());
  }

  private synchronized List<Known> candidates(
      List<MachineView> machines, ClusterConfig config, SeatPreference preferred) {
    forgetTheSilent(config);
    Set<String> seated = names(machines);
    Set<String> out = takenOut.get();
    return byName.values().stream()
        .filter(known -> !seated.contains(known.name()))
        .map(known -> out.contains(known.name()) ? known.withoutPriority() : known)
        .sorted(bestFirst(config, preferred))
        .toList();
  }

  private Comparator<Known> bestFirst(ClusterConfig config, SeatPreference preferred) {
    long now = monotonicMillis.getAsLong();
    return Comparator.comparing((Known known) -> isPassedOver(known, now, config))
        .thenComparing(known -> !known.holdsData())
        .thenComparing(known -> known.notice().traits(), preferred::compare)
        .thenComparing(LONGEST_KNOWN_FIRST);
  }

  private static Set<String> names(List<MachineView> machines) {
    return machines.stream().map(MachineView::name).collect(Collectors.toSet());
  }

  private boolean isPassedOver(Known known, long nowMillis, ClusterConfig config) {
    long patience = OFFER_INTERVALS * config.syncIntervalMillis();
    return isOlderThan(patience, known.offeredMillis(), nowMillis)
        || lossAgeMillis.applyAsLong(known.name()) < patience;
  }

  private static boolean isOlderThan(long millis, OptionalLong sinceMillis, long nowMillis) {
    return sinceMillis.isPresent() && nowMillis - sinceMillis.getAsLong() > millis;
  }

  /** Whether there is a standby that could take a dead peer's seat. Asked on the leader. */
  public boolean hasCandidate(List<MachineView> machines, ClusterConfig config) {
    return known(machines, config).stream()
        .anyMatch(known -> known.takesSeats() && mayBeSeatedAgain(known.name(), config));
  }

  /** The standbys that are there, by seat priority alone: the preference is made of these. */
  List<Known> known(List<MachineView> machines, ClusterConfig config) {
    return candidates(machines, config, SeatPreference.NONE);
  }

  /** The names of those that take seats, the best first. */
  List<String> takers(List<MachineView> machines, ClusterConfig config) {
    return candidates(machines, config).stream()
        .filter(Known::takesSeats)
        .map(Known::name)
        .toList();
  }

  /** Those that would take a seat now if it was theirs, the best first. */
  Stream<Known> inLine(List<MachineView> machines, ClusterConfig config, Predicate<String> wanted) {
    SeatPreference preferred = preference.get();
    long now = monotonicMillis.getAsLong();
    Set<String> seated = names(machines);
    Set<String> out = takenOut.get();
    return all().stream()
        .filter(known -> isCandidate(known, seated, now, config))
        .filter(known -> isStable(known, preferred, now))
        .filter(known -> mayBeSeatedAgain(known.name(), config))
        .filter(known -> !out.contains(known.name()) && wanted.test(known.name()))
        .sorted(bestFirst(config, preferred));
  }

  private synchronized List<Known> all() {
    return List.copyOf(byName.values());
  }

  private static boolean isStable(Known known, SeatPreference preferred, long nowMillis) {
    return nowMillis - known.firstHeardMillis() >= preferred.stabilizationMillis();
  }

  /** One that has just lost its seat gets none for an interval. */
  private boolean mayBeSeatedAgain(String name, ClusterConfig config) {
    return lossAgeMillis.applyAsLong(name) >= config.syncIntervalMillis();
  }

  /** Where no dead peer's seat is to be taken. */
  SeatOffer offerTo(String name, List<MachineView> machines, ClusterConfig config) {
    return offerTo(name, machines, config, standby -> false, Set.of());
  }

  /**
   * Whether an open seat is meant for the standby of that name, or, where none is open, that of a
   * dead peer. Asked on the leader.
   *
   * @param wanted whether a standby may take the seat of a dead peer
   * @param paused the names of standbys that came in vain, and may not come again yet
   */
  synchronized SeatOffer offerTo(
      String name,
      List<MachineView> machines,
      ClusterConfig config,
      Predicate<String> wanted,
      Set<String> paused) {
    boolean isOpen = machines.size() < config.activeSize();
    int open =
        !isOpen && wanted.test(name) ? 1 : Math.max(0, config.activeSize() - machines.size());
    if (open <= 0 && anyOffered) {
      byName.replaceAll((key, known) -> known.offered(OptionalLong.empty()));
      anyOffered = false;
    }
    if (open <= 0 || !names(machines).equals(seatedAtOffer)) {
      firstOfferMillis = OptionalLong.empty();
    }
    if (open <= 0) {
      return SeatOffer.WITHHELD;
    }
    long now = monotonicMillis.getAsLong();
    SeatPreference preferred = preference.get();
    Set<String> seated = names(machines);
    Set<String> out = takenOut.get();
    Predicate<Known> candidate =
        known ->
            isCandidate(known, seated, now, config)
                && isStable(known, preferred, now)
                && !out.contains(known.name())
                && !paused.contains(known.name())
                && (isOpen || wanted.test(known.name()));
    Optional<Known> meant =
        Optional.ofNullable(byName.get(name))
            .filter(candidate)
            .filter(known -> mayBeSeatedAgain(name, config))
            .filter(
                known ->
                    isForAnybody(now, config)
                        || isAmongTheBest(known, open, candidate, bestFirst(config, preferred)));
    if (meant.isPresent() && meant.get().offeredMillis().isEmpty()) {
      byName.put(name, meant.get().offered(OptionalLong.of(now)));
      anyOffered = true;
    }
    if (meant.isPresent() && firstOfferMillis.isEmpty()) {
      firstOfferMillis = OptionalLong.of(now);
      seatedAtOffer = names(machines);
    }
    return meant.isPresent() ? SeatOffer.OFFERED : SeatOffer.WITHHELD;
  }

  private boolean isForAnybody(long nowMillis, ClusterConfig config) {
    return isOlderThan(OFFER_INTERVALS * config.syncIntervalMillis(), firstOfferMillis, nowMillis);
  }

  private static boolean isCandidate(
      Known known, Set<String> seated, long nowMillis, ClusterConfig config) {
    return known.takesSeats()
        && !seated.contains(known.name())
        && nowMillis - known.lastHeardMillis() <= patienceMillis(config);
  }

  /**
   * Ends with the first few that are better; to sort thousands for each of them would take long.
   */
  private boolean isAmongTheBest(
      Known known, int open, Predicate<Known> candidate, Comparator<Known> order) {
    return byName.values().stream()
            .filter(candidate)
            .filter(other -> order.compare(other, known) < 0)
            .limit(open)
            .count()
        < open;
  }
}
