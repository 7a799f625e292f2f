package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.understudy.admin.LogLines;
import dev.understudy.admin.cli.MachineOptions.ClusterState;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.SeatOffer;
import dev.understudy.clusterconfig.SyncReply;
import dev.understudy.peer.PeerServer.RecoveredIdentity;
import dev.understudy.standby.StandbyInfo;
import dev.understudy.statemachine.Registry;
import dev.understudy.wal.WalIdentity;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Line by line what the table of cluster finding says. */
class ClusterFinderTest {
  private static final MachineRecord SELF = new MachineRecord("self", "http://self:1", "http://c");
  private static final String A = "http://a:1";
  private static final String B = "http://b:1";
  private static final long MEMBER = 7;
  private static final long FOREIGN = 2;
  private static final Lineage LINEAGE = Lineage.parse("3-c,2-b");
  private static final long LAST_INDEX = 40;
  private static final long LAST_TERM = 3;
  private static final LocalData HELD =
      new LocalData.Held(MEMBER, LINEAGE, OptionalLong.of(LAST_INDEX), OptionalLong.of(LAST_TERM));
  private static final JoinReply OWN_SEAT = new JoinReply(42, MEMBER, 1);
  private static final JoinReply NEW_SEAT = new JoinReply(43, 8, 1);

  private final Map<String, Queue<ClusterResponse<JoinReply>>> answers = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final List<JoinRequest> requests = new ArrayList<>();
  private ClusterFinder.Patience patience = new ClusterFinder.Patience(3, 500, 1_000, 4_000);
  private final StartingMachine starting = Starting.with(SELF);
  private final Map<String, ClusterResponse<SyncReply>> lists = new HashMap<>();
  private final ManualLoop loop = new ManualLoop();
  private final List<Long> pauses = loop.delaysMillis;

  @Test
  void aLogWhoseClusterIsFullMeansStandby() throws Exception {
    answer(A, refused(ErrorCode.NO_MORE_PEERS));
    assertThat(findWithLog(registry("self", "a")))
        .isInstanceOfSatisfying(
            StartupMode.AsStandby.class, it -> assertThat(it.seedPeerUrls()).containsExactly(A));
  }

  @Test
  void aLogWhoseSeatIsConfirmedMeansPeerThatCatchesUpFirst() throws Exception {
    answer(A, granted(OWN_SEAT));
    assertThat(findWithLog(registry("self", "a"))).isEqualTo(new StartupMode.AsReturningPeer(42));
    assertThat(requests.get(0).data()).isEqualTo(HELD);
  }

  @Test
  void aLogIsNotGivenUpForASeatInAnotherCluster() throws Exception {
    answer(A, granted(new JoinReply(43, 8, 2)));
    assertThat(findWithLog(registry("self", "a"))).isEqualTo(new StartupMode.AsReturningPeer(0));
    answer(A, granted(new JoinReply(43, 8, 2)));
    answer(B, granted(OWN_SEAT));
    assertThat(findWithLog(registry("self", "a", "b")))
        .as("the next one is asked")
        .isEqualTo(new StartupMode.AsReturningPeer(42));
  }

  @ParameterizedTest
  @EnumSource(names = {"NO_MORE_PEERS", "PEER_ADDRESS_TAKEN"})
  void whatAnotherClusterRefusesMeansNothing(ErrorCode code) throws Exception {
    ApiError error = ApiError.of(code, "");
    answer(A, new ClusterResponse.Refused<>(error.httpStatus(), Optional.of(error), A, FOREIGN));
    assertThat(findWithLog(registry("self", "a"))).isEqualTo(new StartupMode.AsReturningPeer(0));
  }

  @Test
  void aMachineThatKnowsItsClusterTakesNoSeatInAnother() throws Exception {
    StandbyInfo known = saved(false).withClusterId(1);
    answer(A, granted(new JoinReply(43, 8, FOREIGN)));
    answer(B, granted(NEW_SEAT));
    assertThat(find(Optional.of(known), true, B)).isEqualTo(new StartupMode.AsNewPeer(NEW_SEAT));
  }

  /** The table: what lies on the disk, and whether the note of a standby or the log counts. */
  @ParameterizedTest
  @CsvSource({
    "true,  0, false, standby",
    "true,  0, true,  peer",
    "true,  7, true,  standby",
    "true,  8, true,  peer",
    "false, 0, true,  peer",
    "false, 7, true,  peer",
  })
  void aLogWhoseSeatWasNotTakenAwayComesBeforeTheNoteOfAStandby(
      boolean running, long lost, boolean hasLog, String outcome) throws Exception {
    StandbyInfo note =
        lost == 0 ? saved(running) : saved(true).withLost(1, lost).withRunning(running);
    Optional<RecoveredIdentity> log =
        hasLog ? Optional.of(recollection(registry("self", "a"))) : Optional.empty();
    StartupMode mode = found(finder(true).find(Optional.of(note), log));
    assertThat(mode instanceof StartupMode.AsStandby ? "standby" : "peer").isEqualTo(outcome);
    if (mode instanceof StartupMode.AsStandby standby && hasLog) {
      assertThat(standby.lost()).contains(new WalIdentity(1, MEMBER));
    }
  }

  /** Without a quorum a peer asks again every few seconds, for as long as that lasts. */
  @Test
  void whatAPeerAnswersIsNewsOnlyWhenItChanges() throws Exception {
    try (LogLines lines = new LogLines(ClusterFinder.class.getName(), Level.INFO)) {
      ClusterFinder finder = finder(true);
      for (int i = 0; i < 5; i++) {
        answer(A, refused(ErrorCode.LEADER_ELECTION));
        found(finder.findAgain(Optional.empty(), recollection(registry("self", "a"))));
      }
      assertThat(lines.all()).singleElement().asString().contains("no seat by way of " + A);
      answer(A, new ClusterResponse.Unreachable<>(A + ": Connection refused"));
      found(finder.findAgain(Optional.empty(), recollection(registry("self", "a"))));
      assertThat(lines.all()).hasSize(2);
    }
  }

  @Test
  void aLogWhoseMemberIsReplacedMeansANewPeer() throws Exception {
    answer(A, granted(NEW_SEAT));
    assertThat(findWithLog(registry("self", "a")))
        .as("the log goes, and whom it named is remembered")
        .isEqualTo(
            new StartupMode.AsNewPeer(
                NEW_SEAT, List.of(new MachineView("a", MachineView.State.FOLLOWER, "", A))));
  }

  @Test
  void aLogOfAFullOutageIsGoneOnWithAfterEachWasAskedOnce() throws Exception {
    assertThat(findWithLog(registry("self", "a", "b")))
        .isEqualTo(new StartupMode.AsReturningPeer(0));
    assertThat(asked).containsExactly(A, B);
    assertThat(pauses).isEmpty();
  }

  @Test
  void aLogThatKnowsOfItsOwnRemovalMeansStandbyAndNobodyIsAsked() throws Exception {
    Registry registry = new Registry(registry("a").seats(), Set.of(MEMBER));
    assertThat(findWithLog(registry, B))
        .isInstanceOfSatisfying(
            StartupMode.AsStandby.class, it -> assertThat(it.seedPeerUrls()).containsExactly(A, B));
    assertThat(asked).isEmpty();
  }

  @Test
  void aLogOfAnotherNameIsRefused() {
    TreeMap<String, Registry.Seat> seats = new TreeMap<>(registry("a").seats());
    seats.put("other", new Registry.Seat(new MachineRecord("other", "http://o:1", ""), MEMBER));
    assertThatThrownBy(() -> findWithLog(new Registry(seats, Set.of())))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("\"other\"");
  }

  @Test
  void aPeerUrlThatIsRegisteredUnderAnotherNameIsRefused() {
    TreeMap<String, Registry.Seat> seats = new TreeMap<>(registry("a").seats());
    seats.put(
        "other", new Registry.Seat(new MachineRecord("other", SELF.peerUrl(), ""), MEMBER + 1));
    assertThatThrownBy(() -> findWithLog(new Registry(seats, Set.of())))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("registered under another name: other");
  }

  @Test
  void peersOfTheLogAreAskedBeforeThoseGivenAndSelfNever() throws Exception {
    findWithLog(registry("self", "b"), A, SELF.peerUrl(), B);
    assertThat(asked).containsExactly(B, A);
  }

  @Test
  void anEmptyLogIsHelpedByWhomTheStandbyKnew() throws Exception {
    answer(A, refused(ErrorCode.NO_MORE_PEERS));
    assertThat(
            found(
                finder(true)
                    .find(Optional.of(saved(false)), Optional.of(recollection(Registry.EMPTY)))))
        .isInstanceOf(StartupMode.AsStandby.class);
    assertThat(requests.get(0).data()).isEqualTo(HELD);
  }

  @Test
  void aPeerThatAsksAgainIsNotTakenForTheStandbyThatItWas() throws Exception {
    answer(A, granted(OWN_SEAT));
    assertThat(
            found(
                finder(true)
                    .findAgain(Optional.of(saved(true)), recollection(registry("self", "a")))))
        .isEqualTo(new StartupMode.AsReturningPeer(42));
  }

  @Test
  void nothingAtAllMeansANewCluster() throws Exception {
    assertThat(find(Optional.empty(), true)).isEqualTo(new StartupMode.AsFounder());
    assertThat(find(Optional.empty(), true, SELF.peerUrl())).isEqualTo(new StartupMode.AsFounder());
  }

  /**
   * The table of founding, for an empty directory and no other machine to ask.
   *
   * @param lost the cluster that a saved list tells of; 0 for none
   */
  @ParameterizedTest
  @CsvSource({
    "AUTO,     false, 0, founds",
    "AUTO,     true,  0, own address only",
    "AUTO,     false, 9, only one known of cluster 9",
    "NEW,      false, 0, founds",
    "NEW,      true,  0, founds",
    "NEW,      true,  9, only one known of cluster 9",
    "EXISTING, false, 0, --cluster-state existing",
    "EXISTING, true,  9, --cluster-state existing",
  })
  void aClusterIsNeverFoundedByAccident(
      ClusterState state, boolean listsItself, long lost, String outcome) throws Exception {
    Optional<StandbyInfo> saved =
        lost == 0
            ? Optional.empty()
            : Optional.of(new StandbyInfo(false, List.of(), 5).withClusterId(lost));
    CompletableFuture<StartupMode> found =
        finder(new ClusterFinder.Given(List.of(), listsItself, state), true)
            .find(saved, Optional.empty());
    if (outcome.equals("founds")) {
      assertThat(found(found)).isEqualTo(new StartupMode.AsFounder());
    } else {
      assertThatThrownBy(() -> found(found))
          .isInstanceOf(StartRefusedException.class)
          .hasMessageContaining(outcome)
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void anEmptiedFounderGoesBackToTheClusterWhosePeersCallIt() throws Exception {
    starting.called(B);
    starting.called(A);
    MachineView other = new MachineView("a", MachineView.State.LEADER, "", A);
    MachineView self = MachineView.of(SELF, false);
    MachineView namesake = new MachineView("self", MachineView.State.FOLLOWER, "", "http://n:1");
    lists.put(B, listed(B, 5, namesake));
    lists.put(A, listed(A, 1, self, other));
    answer(A, granted(NEW_SEAT));
    assertThat(find(Optional.empty(), true)).isEqualTo(new StartupMode.AsNewPeer(NEW_SEAT));
    assertThat(pauses).containsExactly(ClusterFinder.FOUNDING_HOLD_MILLIS);
    assertThatThrownBy(() -> find(Optional.empty(), true))
        .as("when it cannot, it still founds nothing")
        .isInstanceOf(StartRefusedException.class);
  }

  @Test
  void callersThatDoNotKnowThisMachineKeepNobodyFromFounding() throws Exception {
    starting.called(A);
    starting.called(B);
    lists.put(A, listed(A, 1, new MachineView("a", MachineView.State.LEADER, "", A)));
    lists.put(B, listed(B, 2));
    assertThat(find(Optional.empty(), true)).isEqualTo(new StartupMode.AsFounder());
  }

  @Test
  void callersThatDoNotAnswerAreAskedAgainAndThenNothingIsFounded() {
    starting.called(A);
    starting.called(B);
    lists.put(A, listed(A, 1, new MachineView("a", MachineView.State.LEADER, "", A)));
    lists.put(B, new ClusterResponse.Unreachable<>("gone"));
    assertThatThrownBy(() -> find(Optional.empty(), true))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining(B)
        .hasMessageContaining("--cluster-state new");
    assertThat(pauses).hasSize(3);
  }

  private static ClusterResponse<SyncReply> listed(
      String url, long clusterId, MachineView... machines) {
    return new ClusterResponse.Granted<>(
        new SyncReply(List.of(machines), ClusterConfig.DEFAULT, SeatOffer.UNSTATED, clusterId),
        url);
  }

  @Test
  void theLastLineGivesEachAddressesReasonAndWhatToCheck() {
    for (int i = 0; i < 3; i++) {
      answer(A, new ClusterResponse.Unreachable<>("a:1: connection refused"));
      answer(B, new ClusterResponse.Refused<>(404, Optional.empty(), B));
    }
    assertThatThrownBy(() -> find(Optional.empty(), true, A, B))
        .hasMessageContaining(A + " (a:1: connection refused)")
        .hasMessageContaining(B + " (it answered 404")
        .hasMessageContaining("start one machine without --peers");
  }

  @Test
  void withoutALimitAClusterIsLookedForUntilThereIsOne() throws Exception {
    patience = new ClusterFinder.Patience(0, 500, 1_000, 4_000);
    for (int i = 0; i < 20; i++) {
      answer(A, refused(ErrorCode.LEADER_ELECTION));
    }
    answer(A, granted(NEW_SEAT));
    assertThat(find(Optional.empty(), true, A)).isEqualTo(new StartupMode.AsNewPeer(NEW_SEAT));
    assertThat(pauses).hasSize(20);
  }

  @Test
  void anEmptyDirectoryTakesAFreeSeat() throws Exception {
    answer(A, granted(NEW_SEAT));
    assertThat(find(Optional.empty(), true, A)).isEqualTo(new StartupMode.AsNewPeer(NEW_SEAT));
    assertThat(requests.get(0).data()).isEqualTo(new LocalData.None());
  }

  @Test
  void anEmptyDirectoryBecomesAStandbyOfAFullCluster() throws Exception {
    answer(A, refused(ErrorCode.NO_MORE_PEERS));
    assertThat(find(Optional.empty(), true, A)).isInstanceOf(StartupMode.AsStandby.class);
  }

  @Test
  void unreachablePeersAreTriedAgainAndThenNamed() {
    assertThatThrownBy(() -> find(Optional.empty(), true, A, B))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining(A)
        .hasMessageContaining(B)
        .hasMessageContaining("3 times");
    assertThat(asked).containsExactly(A, B, A, B, A, B);
    assertThat(pauses).containsExactly(500L, 500L);
  }

  @Test
  void anElectionIsWaitedFor() throws Exception {
    answer(A, refused(ErrorCode.LEADER_ELECTION), granted(NEW_SEAT));
    assertThat(find(Optional.empty(), true, A)).isEqualTo(new StartupMode.AsNewPeer(NEW_SEAT));
    assertThat(pauses).hasSize(1);
  }

  @Test
  void aStandbyOrAStrangerThatAnswersIsPassedOver() throws Exception {
    answer(A, new ClusterResponse.Refused<>(404, Optional.empty(), A));
    answer(B, granted(NEW_SEAT));
    assertThat(find(Optional.empty(), true, A, B)).isEqualTo(new StartupMode.AsNewPeer(NEW_SEAT));
    answer(A, new ClusterResponse.Malformed<>("hello"));
    answer(B, granted(NEW_SEAT));
    assertThat(find(Optional.empty(), true, A, B)).isEqualTo(new StartupMode.AsNewPeer(NEW_SEAT));
  }

  @Test
  void aRefusalForGoodIsTheEnd() {
    answer(A, refused(ErrorCode.PEER_ADDRESS_TAKEN));
    assertThatThrownBy(() -> find(Optional.empty(), true, A, B))
        .isInstanceOf(StartRefusedException.class);
    assertThat(asked).containsExactly(A);
  }

  @Test
  void aMachineThatTakesNoSeatsAsksForNone() throws Exception {
    assertThat(find(Optional.empty(), false, A)).isInstanceOf(StartupMode.AsStandby.class);
    assertThat(asked).isEmpty();
  }

  @Test
  void aStandbyStaysOneWhateverElseIsThere() throws Exception {
    assertThat(find(Optional.of(saved(true)), true, B)).isInstanceOf(StartupMode.AsStandby.class);
    assertThat(asked).isEmpty();
  }

  @Test
  void whoWasInAClusterOnceNeverFoundsAnother() throws Exception {
    answer(A, granted(NEW_SEAT));
    assertThat(find(Optional.of(saved(false)), true))
        .isEqualTo(new StartupMode.AsNewPeer(NEW_SEAT));
    assertThatThrownBy(() -> find(Optional.of(saved(false)), true))
        .isInstanceOf(StartRefusedException.class);
  }

  private static StandbyInfo saved(boolean running) {
    return new StandbyInfo(
        running, List.of(new MachineView("a", MachineView.State.LEADER, "", A)), 5);
  }

  private static Registry registry(String... names) {
    TreeMap<String, Registry.Seat> seats = new TreeMap<>();
    long other = 100;
    for (String name : names) {
      boolean self = name.equals(SELF.name());
      MachineRecord record = self ? SELF : new MachineRecord(name, "http://" + name + ":1", "");
      seats.put(name, new Registry.Seat(record, self ? MEMBER : other++));
    }
    return new Registry(seats, Set.of());
  }

  @SafeVarargs
  private void answer(String url, ClusterResponse<JoinReply>... each) {
    Queue<ClusterResponse<JoinReply>> queue = answers.computeIfAbsent(url, u -> new ArrayDeque<>());
    for (ClusterResponse<JoinReply> one : each) {
      queue.add(one);
    }
  }

  private static ClusterResponse<JoinReply> granted(JoinReply reply) {
    return new ClusterResponse.Granted<>(reply, A);
  }

  private static ClusterResponse<JoinReply> refused(ErrorCode code) {
    ApiError error = ApiError.of(code, "");
    return new ClusterResponse.Refused<>(error.httpStatus(), Optional.of(error), A);
  }

  private StartupMode findWithLog(Registry registry, String... given) throws Exception {
    return found(finder(true, given).find(Optional.empty(), Optional.of(recollection(registry))));
  }

  private static RecoveredIdentity recollection(Registry registry) {
    return new RecoveredIdentity(
        new WalIdentity(1, MEMBER),
        registry,
        LINEAGE,
        OptionalLong.of(LAST_INDEX),
        OptionalLong.of(LAST_TERM));
  }

  private StartupMode find(Optional<StandbyInfo> saved, boolean takesSeats, String... given)
      throws Exception {
    return found(finder(takesSeats, given).find(saved, Optional.empty()));
  }

  /** What the search ends with once its loop has nothing left to do. */
  private StartupMode found(CompletableFuture<StartupMode> search) throws Exception {
    loop.settle();
    assertThat(search).isDone();
    try {
      return search.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private ClusterFinder finder(boolean takesSeats, String... given) {
    return finder(new ClusterFinder.Given(List.of(given), false, ClusterState.AUTO), takesSeats);
  }

  private ClusterFinder finder(ClusterFinder.Given given, boolean takesSeats) {
    return new ClusterFinder(SELF, given, takesSeats, client(), starting, patience, loop);
  }

  /** Answers joins as told, each answer once; who has none left is unreachable. */
  private ClusterClient client() {
    return (ClusterClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ClusterClient.class},
            (proxy, method, arguments) -> {
              String url = (String) arguments[0];
              if (method.getName().equals("sync")) {
                return CompletableFuture.completedFuture(lists.get(url));
              }
              if (method.getName().equals("identity")) {
                return CompletableFuture.completedFuture(
                    new ClusterResponse.Unreachable<>(url + ": silence"));
              }
              assertThat(method.getName()).isEqualTo("join");
              asked.add(url);
              requests.add((JoinRequest) arguments[1]);
              Queue<ClusterResponse<JoinReply>> left =
                  answers.getOrDefault(url, new ArrayDeque<>());
              ClusterResponse<JoinReply> next = left.poll();
              return CompletableFuture.completedFuture(
                  next == null
                      ? new ClusterResponse.Unreachable<JoinReply>(url + ": silence")
                      : next);
            });
  }
}
