package dev.understudy.admin.machine;

import dev.understudy.admin.cli.MachineOptions.ClusterState;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.SyncReply;
import dev.understudy.peer.PeerServer.RecoveredIdentity;
import dev.understudy.standby.StandbyInfo;
import dev.understudy.standby.WorkLoop;
import dev.understudy.statemachine.Registry.Seat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what a machine begins as: from what its data directory says, and by asking the peers it
 * knows of for a seat. The rules are those of etcd 0.4's "cluster finding", made safe to repeat:
 * starting twice with the same command is never wrong.
 *
 * <p>Nothing here blocks: an answer is taken up on the loop. Used on the loop alone. The futures
 * complete there too, within the deadlines; never, when the loop is closed before.
 */
final class ClusterFinder {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterFinder.class);

  /**
   * How a machine asks for a seat.
   *
   * @param attempts how often the whole list is tried; 0 for ever
   * @param intervalMillis the pause between two of them
   * @param timeoutMillis how long one peer may take to answer
   * @param aliveElsewhereMillis how long a machine waits for the silence of another process of its
   *     member, or of the member that has its name
   */
  record Patience(
      int attempts, long intervalMillis, long timeoutMillis, long aliveElsewhereMillis) {}

  /**
   * What the operator has said of the cluster.
   *
   * @param peerUrls its peers, without this machine
   * @param listsItself whether this machine was among them
   * @param state whether there is a cluster
   */
  record Given(List<String> peerUrls, boolean listsItself, ClusterState state) {}

  /** Between two questions of machines that begin together. */
  private static final long ROUND_MILLIS = 500;

  private static final String OWN_ADDRESS_ONLY =
      "--peers holds this machine's own address only; name the others, or leave --peers out to"
          + " found a new cluster";

  /**
   * How long a machine listens for peers of an old cluster before it founds a new one; longer than
   * the longest time between two of their calls, of which one may have been lost on a machine that
   * was off: 600 ms for that one, and a pause of half a second.
   */
  static final long FOUNDING_HOLD_MILLIS = 1_250;

  private final MachineRecord self;
  private final Given given;
  private final boolean takesSeats;
  private final ClusterClient client;
  private final StartingMachine starting;
  private final Patience patience;
  private final WorkLoop loop;
  private final SeatSearch search;

  /**
   * @param given what the operator has said
   * @param takesSeats false for a machine that is to stay a standby unless somebody appoints it
   * @param starting what others ask and tell this process meanwhile
   * @param loop takes up the answers, and times the pauses between attempts
   */
  ClusterFinder(
      MachineRecord self,
      Given given,
      boolean takesSeats,
      ClusterClient client,
      StartingMachine starting,
      Patience patience,
      WorkLoop loop) {
    this.self = self;
    this.given = given;
    this.takesSeats = takesSeats;
    this.client = client;
    this.starting = starting;
    this.patience = patience;
    this.loop = loop;
    this.search = new SeatSearch(self.name(), client, patience, loop);
  }

  /**
   * Decides.
   *
   * @param saved what the machine saved as a standby, if it ever was one
   * @param log what its log says, if it has one
   * @return fails with {@link StartRefusedException} if it must not, or cannot, begin at all
   */
  CompletableFuture<StartupMode> find(
      Optional<StandbyInfo> saved, Optional<RecoveredIdentity> log) {
    if (saved.isPresent() && saved.get().running() && !hasSeat(saved.get(), log)) {
      // What it has saved may name nobody: its disk may have failed before its first sync.
      return decision(
          new StartupMode.AsStandby(
              candidates(log.stream().flatMap(l -> l.registry().all().stream()).map(Seat::peerUrl)),
              "was a standby when it last ran",
              log.map(RecoveredIdentity::identity)));
    }
    return log.isPresent()
        ? findAgain(saved, log.get()).thenApply(mode -> warnIfLost(mode, log.get()))
        : withoutLog(saved);
  }

  /** A machine that was running as a standby already has heard of it before. */
  private StartupMode warnIfLost(StartupMode mode, RecoveredIdentity log) {
    String id = HexId.text(log.identity().memberId());
    if (mode instanceof StartupMode.AsStandby standby) {
      LOG.warn(
          "{} ({}) has lost its seat while it was away: {}", self.name(), id, standby.reason());
    } else if (mode instanceof StartupMode.AsNewPeer granted) {
      String why = granted.seat().otherBecause();
      LOG.warn(
          "{} ({}) has lost its seat {}, and is given another one as {}",
          self.name(),
          id,
          why.isEmpty() ? "while it was away" : "now: " + why,
          HexId.text(granted.seat().memberId()));
    }
    return mode;
  }

  /**
   * A log comes before a note that says "standby": the note may be of an earlier time, and a voter
   * that waits as a standby for a leader may be the one whose vote makes the leader.
   */
  private static boolean hasSeat(StandbyInfo saved, Optional<RecoveredIdentity> log) {
    return log.isPresent() && log.get().identity().memberId() != saved.lost();
  }

  /**
   * Decides anew for a peer that is out of touch with its cluster.
   *
   * @param saved what the machine saved as a standby, if it ever was one; that it ran as one then
   *     means nothing now
   * @param log what its log says
   * @return fails with {@link StartRefusedException} if nobody knows
   */
  CompletableFuture<StartupMode> findAgain(Optional<StandbyInfo> saved, RecoveredIdentity log) {
    try {
      refuseForeignName(log);
    } catch (StartRefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    starting.holds(log.identity().clusterId(), log.identity().memberId());
    return withLog(saved, log);
  }

  /**
   * The log of a peer that has just been given its seat is empty and names nobody, for as long as
   * the leader's snapshot is on its way: then those count whom the machine knew as a standby.
   */
  private CompletableFuture<StartupMode> withLog(
      Optional<StandbyInfo> saved, RecoveredIdentity recollection) {
    Collection<Seat> logged = recollection.registry().all();
    List<String> known =
        candidates(logged.isEmpty() ? synced(saved) : logged.stream().map(Seat::peerUrl));
    if (recollection.removed()) {
      return decision(
          new StartupMode.AsStandby(
              known,
              "its log says that it has lost its seat",
              Optional.of(recollection.identity())));
    }
    return askWithLog(known, recollection)
        .thenApply(decided -> decided.orElse(new StartupMode.AsReturningPeer(0)));
  }

  private CompletableFuture<Optional<StartupMode>> askWithLog(
      List<String> known, RecoveredIdentity recollection) {
    return search.ask(
        known,
        requestWithLog(recollection),
        recollection.identity().clusterId(),
        answer -> decidedWithLog(answer, known, recollection));
  }

  /** What a machine that has a log asks the cluster, to confirm its seat and its addresses. */
  JoinRequest requestWithLog(RecoveredIdentity recollection) {
    return JoinRequest.of(
        self,
        new LocalData.Held(
            recollection.identity().memberId(),
            recollection.lineage(),
            recollection.lastIndex(),
            recollection.lastTerm()));
  }

  private Optional<StartupMode> decidedWithLog(
      ClusterResponse<JoinReply> answer, List<String> known, RecoveredIdentity recollection)
      throws StartRefusedException {
    return decided(answer, known)
        .map(
            mode -> {
              if (mode instanceof StartupMode.AsNewPeer granted) {
                return withSeat(granted.seat(), recollection);
              }
              return mode instanceof StartupMode.AsStandby standby
                  ? new StartupMode.AsStandby(
                      known, standby.reason(), Optional.of(recollection.identity()))
                  : mode;
            });
  }

  private StartupMode withSeat(JoinReply seat, RecoveredIdentity recollection) {
    if (seat.memberId() == recollection.identity().memberId()) {
      return new StartupMode.AsReturningPeer(seat.commitIndex());
    }
    List<MachineView> others =
        recollection.registry().all().stream()
            .map(Seat::machine)
            .filter(machine -> !machine.name().equals(self.name()))
            .map(machine -> MachineView.of(machine, false))
            .toList();
    return new StartupMode.AsNewPeer(seat, others);
  }

  private void refuseForeignName(RecoveredIdentity recollection) throws StartRefusedException {
    Optional<Seat> own = recollection.registry().byMember(recollection.identity().memberId());
    if (own.isPresent() && !own.get().name().equals(self.name())) {
      throw new StartRefusedException(
          "the data directory belongs to machine \""
              + own.get().name()
              + "\", not to \""
              + self.name()
              + "\"");
    }
    Optional<Seat> holder = recollection.registry().byPeerUrl(self.peerUrl());
    if (holder.isPresent() && !holder.get().name().equals(self.name())) {
      throw new StartRefusedException(
          "peer address "
              + self.peerUrl()
              + " is registered under another name: "
              + holder.get().name());
    }
  }

  /**
   * For a machine whose log cannot be used: it is given a place by those whom it knew, as one
   * without a log, or none at all.
   */
  CompletableFuture<StartupMode> findInPlaceOfLog(Optional<StandbyInfo> saved) {
    List<String> known = candidates(synced(saved));
    return known.isEmpty()
        ? refused("no other machine is known")
        : attempt(1, known, saved.map(StandbyInfo::clusterId).orElse(0L));
  }

  /**
   * A machine that has no log, but was in a cluster once, must not found another one: it asks those
   * whom it knew.
   */
  private CompletableFuture<StartupMode> withoutLog(Optional<StandbyInfo> saved) {
    List<String> known = candidates(synced(saved));
    if (known.isEmpty()) {
      return aloneWithoutLog(saved);
    }
    if (!takesSeats) {
      return decision(new StartupMode.AsStandby(known, "its seat priority is 0"));
    }
    if (given.listsItself()
        && given.state() != ClusterState.EXISTING
        && saved.filter(StandbyInfo::tellsOfACluster).isEmpty()) {
      try {
        return beginTogether(
            known, new FounderChoice(self.peerUrl(), known, starting, client, loop));
      } catch (IOException e) {
        return refused(e.getMessage());
      }
    }
    return attempt(1, known, saved.map(StandbyInfo::clusterId).orElse(0L));
  }

  /** Waits until there is a cluster at one of the addresses, or this machine is to found it. */
  private CompletableFuture<StartupMode> beginTogether(List<String> known, FounderChoice choice) {
    return choice
        .round()
        .thenCompose(
            step ->
                switch (step) {
                  case FOUND ->
                      CompletableFuture.completedFuture(
                          Optional.<StartupMode>of(new StartupMode.AsFounder()));
                  case JOIN -> joinOnce(known, 0);
                  case WAIT -> CompletableFuture.completedFuture(Optional.<StartupMode>empty());
                })
        .thenCompose(
            decided ->
                decided.isPresent()
                    ? decision(decided.get())
                    : pause(Math.min(patience.intervalMillis(), ROUND_MILLIS))
                        .thenCompose(over -> beginTogether(known, choice)));
  }

  /** Founding never happens by accident: only where nothing at all tells of a cluster. */
  private CompletableFuture<StartupMode> aloneWithoutLog(Optional<StandbyInfo> saved) {
    if (given.state() == ClusterState.EXISTING) {
      return refused(
          "there is to be a cluster (--cluster-state existing), but no machine of it is known; name"
              + " some with --peers");
    }
    long lost = saved.map(StandbyInfo::clusterId).orElse(0L);
    if (lost != 0) {
      return refused(
          "this machine's data are gone, and it was the only one known of cluster "
              + HexId.text(lost)
              + "; name others with --peers, or found another cluster with --force");
    }
    if (given.listsItself() && given.state() != ClusterState.NEW) {
      return refused(OWN_ADDRESS_ONLY);
    }
    return given.state() == ClusterState.NEW
        ? decision(new StartupMode.AsFounder())
        : pause(FOUNDING_HOLD_MILLIS).thenCompose(over -> unlessCalled(1));
  }

  /**
   * An emptied founder that is started with its own command knows of nobody, but the peers of its
   * old cluster call it at its address all the time: one whose list has this machine tells where it
   * belongs. One that cannot be asked just now may be such a peer, so it is asked again.
   */
  private CompletableFuture<StartupMode> unlessCalled(int attempt) {
    List<String> callers = starting.callers();
    return ask(callers, false)
        .thenCompose(
            told -> {
              if (told instanceof Callers.Know known) {
                return backTo(known.reply());
              }
              if (told instanceof Callers.AreStrangers) {
                return decision(new StartupMode.AsFounder());
              }
              return patience.attempts() != 0 && attempt >= patience.attempts()
                  ? refused(
                      "peers of a cluster call this machine as if it were one of them, and do not"
                          + " answer its questions: "
                          + String.join(", ", callers)
                          + "; name them with --peers, or found another cluster with"
                          + " --cluster-state new")
                  : pause(patience.intervalMillis()).thenCompose(over -> unlessCalled(attempt + 1));
            });
  }

  /** What those say that have called this machine before it had a mode. */
  private sealed interface Callers {
    /** It belongs to them. */
    record Know(SyncReply reply) implements Callers {}

    /** None of them has it in its list. */
    record AreStrangers() implements Callers {}

    /** Some of them have not said. */
    record AreSilent() implements Callers {}
  }

  private CompletableFuture<Callers> ask(List<String> callers, boolean anySilent) {
    if (callers.isEmpty()) {
      return CompletableFuture.completedFuture(
          anySilent ? new Callers.AreSilent() : new Callers.AreStrangers());
    }
    return client
        .sync(callers.get(0), Optional.empty(), patience.timeoutMillis())
        .thenComposeAsync(
            answer -> {
              Optional<SyncReply> reply = answer.granted();
              return reply.isPresent() && reply.get().machines().stream().anyMatch(this::isSelf)
                  ? CompletableFuture.completedFuture(new Callers.Know(reply.get()))
                  : ask(callers.subList(1, callers.size()), anySilent || reply.isEmpty());
            },
            loop);
  }

  private boolean isSelf(MachineView machine) {
    return machine.name().equals(self.name()) && machine.peerUrl().equals(self.peerUrl());
  }

  private CompletableFuture<StartupMode> backTo(SyncReply reply) {
    LOG.warn(
        "{}: founds no cluster: its data are gone, but cluster {} has it in its list; joins that",
        self.name(),
        HexId.text(reply.clusterId()));
    List<String> known = candidates(reply.machines().stream().map(MachineView::peerUrl));
    return attempt(1, known, reply.clusterId());
  }

  private static CompletableFuture<StartupMode> refused(String why) {
    return CompletableFuture.failedFuture(new StartRefusedException(why));
  }

  /** Asks all of them once, and again after a pause until the attempts are used up. */
  private CompletableFuture<StartupMode> attempt(int number, List<String> known, long cluster) {
    return joinOnce(known, cluster)
        .thenCompose(
            decided -> {
              if (decided.isPresent()) {
                return decision(decided.get());
              }
              boolean last = patience.attempts() != 0 && number >= patience.attempts();
              return last
                  ? CompletableFuture.failedFuture(search.nobodyReached())
                  : again(number, known, cluster);
            });
  }

  /** A machine that was given its own address in another spelling has asked itself. */
  private CompletableFuture<StartupMode> again(int number, List<String> known, long cluster) {
    return (number == 1
            ? search.others(known, starting.identity().process())
            : CompletableFuture.completedFuture(known))
        .thenCompose(
            others ->
                others.isEmpty()
                    ? refused(OWN_ADDRESS_ONLY)
                    : pause(patience.intervalMillis())
                        .thenCompose(over -> attempt(number + 1, others, cluster)));
  }

  /** Asks those that were given once; empty when their answers decide nothing. */
  CompletableFuture<Optional<StartupMode>> joinOnce() {
    return joinOnce(candidates(Stream.empty()), 0);
  }

  private CompletableFuture<Optional<StartupMode>> joinOnce(List<String> known, long cluster) {
    JoinRequest request = JoinRequest.of(self, new LocalData.None());
    return search.ask(known, request, cluster, answer -> decided(answer, known));
  }

  private CompletableFuture<Void> pause(long millis) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    loop.schedule(() -> over.complete(null), millis);
    return over;
  }

  private static CompletableFuture<StartupMode> decision(StartupMode mode) {
    return CompletableFuture.completedFuture(mode);
  }

  /** What an answer decides; empty when the next peer should be asked. */
  private static Optional<StartupMode> decided(
      ClusterResponse<JoinReply> answer, List<String> known) throws StartRefusedException {
    if (answer instanceof ClusterResponse.Granted<JoinReply> granted) {
      return Optional.of(new StartupMode.AsNewPeer(granted.value()));
    }
    if (answer instanceof ClusterResponse.Refused<JoinReply> refused) {
      if (refused.is(ErrorCode.NO_MORE_PEERS)) {
        return Optional.of(new StartupMode.AsStandby(known, "all seats are taken"));
      }
      if (refused.is(ErrorCode.KEY_EXISTS)) {
        throw new AliveElsewhereException(
            "the cluster refuses this machine: " + refused.error().get().cause());
      }
      if (JoinRequest.isForGood(refused.httpStatus()) && refused.error().isPresent()) {
        throw new StartRefusedException(
            "the cluster refuses this machine: " + refused.error().get());
      }
    }
    return Optional.empty();
  }

  /** The peers that the machine knew when it was a standby. */
  private static Stream<String> synced(Optional<StandbyInfo> saved) {
    return saved.map(StandbyInfo::cluster).orElse(List.of()).stream().map(MachineView::peerUrl);
  }

  private List<String> candidates(Stream<String> remembered) {
    Set<String> urls = new LinkedHashSet<>();
    Stream.concat(remembered, given.peerUrls().stream())
        .filter(url -> !MachineUrl.same(url, self.peerUrl()))
        .forEach(urls::add);
    return new ArrayList<>(urls);
  }
}
