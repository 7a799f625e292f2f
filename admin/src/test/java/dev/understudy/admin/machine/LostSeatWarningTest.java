package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.understudy.admin.LogLines;
import dev.understudy.admin.cli.MachineOptions.ClusterState;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.peer.PeerServer.RecoveredIdentity;
import dev.understudy.standby.StandbyInfo;
import dev.understudy.statemachine.Registry;
import dev.understudy.wal.WalIdentity;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A machine whose seat was taken while it was away says so when it comes back, and once. */
class LostSeatWarningTest {
  private static final MachineRecord SELF = new MachineRecord("self", "http://self:1", "http://c");
  private static final String OTHER = "http://a:1";
  private static final long MEMBER = 7;

  private final LogLines lines = new LogLines(ClusterFinder.class.getName(), Level.WARN);
  private final ManualLoop loop = new ManualLoop();
  private final ApiError full = ApiError.of(ErrorCode.NO_MORE_PEERS, "");

  /** What the other machine says to whoever asks for a seat. */
  private ClusterResponse<JoinReply> answer =
      new ClusterResponse.Refused<>(full.httpStatus(), Optional.of(full), OTHER);

  @AfterEach
  void giveTheLogBack() {
    lines.close();
  }

  @Test
  void whoFindsAllSeatsTakenHasLostItsOwn() {
    begin(Optional.empty(), Registry.EMPTY);
    assertThat(lines.all())
        .containsExactly("WARN self (7) has lost its seat while it was away: all seats are taken");
  }

  @Test
  void soHasWhoseLogSaysIt() {
    begin(Optional.empty(), new Registry(Registry.EMPTY.seats(), Set.of(MEMBER)));
    assertThat(lines.all())
        .containsExactly(
            "WARN self (7) has lost its seat while it was away: its log says that it has lost its"
                + " seat");
  }

  @Test
  void whoIsGivenAnotherSeatIsToldOfBoth() {
    answer = new ClusterResponse.Granted<>(new JoinReply(43, 8, 1), OTHER);
    begin(Optional.empty(), Registry.EMPTY);
    assertThat(lines.all())
        .containsExactly(
            "WARN self (7) has lost its seat while it was away, and is given another one as 8");
  }

  @Test
  void whoseDirectoryWasSetBackIsToldThatAndNotThatItWasAway() {
    answer = new ClusterResponse.Granted<>(new JoinReply(43, 8, 1, "it was set back"), OTHER);
    begin(Optional.empty(), Registry.EMPTY);
    assertThat(lines.all())
        .containsExactly(
            "WARN self (7) has lost its seat now: it was set back, and is given another one as 8");
  }

  @Test
  void whoKnewOfTheLossAlreadyIsNotToldAgain() {
    begin(Optional.of(StandbyInfo.FRESH.withLost(1, MEMBER).withRunning(true)), Registry.EMPTY);
    assertThat(lines.all()).isEmpty();
  }

  @Test
  void whoStillHasItsSeatIsToldNothing() {
    answer = new ClusterResponse.Granted<>(new JoinReply(42, MEMBER, 1), OTHER);
    begin(Optional.empty(), Registry.EMPTY);
    assertThat(lines.all()).isEmpty();
  }

  /** The disk may have failed before the first sync, and a founder was never told of others. */
  @Test
  void whoseNoteNamesNobodyAsksThoseOfItsLogAsAStandby() {
    MachineRecord logged = new MachineRecord("b", "http://b:1", "");
    Registry registry =
        new Registry(new TreeMap<>(Map.of("b", new Registry.Seat(logged, 9))), Set.of());
    assertThat(begin(Optional.of(StandbyInfo.FRESH.withLost(1, MEMBER)), registry))
        .isInstanceOfSatisfying(
            StartupMode.AsStandby.class,
            it -> assertThat(it.seedPeerUrls()).containsExactly("http://b:1", OTHER));
  }

  private StartupMode begin(Optional<StandbyInfo> saved, Registry registry) {
    RecoveredIdentity log =
        new RecoveredIdentity(
            new WalIdentity(1, MEMBER),
            registry,
            Lineage.parse("3-c"),
            OptionalLong.of(40),
            OptionalLong.of(3));
    CompletableFuture<StartupMode> decision =
        new ClusterFinder(
                SELF,
                new ClusterFinder.Given(List.of(OTHER), false, ClusterState.AUTO),
                true,
                client(),
                Starting.with(SELF),
                new ClusterFinder.Patience(3, 500, 1_000, 4_000),
                loop)
            .find(saved, Optional.of(log));
    loop.settle();
    assertThat(decision).isCompleted();
    return decision.join();
  }

  private ClusterClient client() {
    return (ClusterClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ClusterClient.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("join");
              return CompletableFuture.completedFuture(answer);
            });
  }
}
