package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.admin.cli.MachineOptions.ClusterState;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.peer.PeerServer.RecoveredIdentity;
import dev.understudy.statemachine.Registry;
import dev.understudy.wal.WalIdentity;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Right after a power cut the cluster takes the process from before it for a living one. What holds
 * for a machine that has its log holds for one whose disk was lost with the power.
 */
class SeatSearchTest {
  private static final MachineRecord SELF =
      new MachineRecord("self", "http://self:1", "http://c:1");
  private static final String PEER = "http://a:1";
  private static final long ALIVE_MILLIS = 4_000;
  private static final ClusterResponse<JoinReply> GRANTED =
      new ClusterResponse.Granted<>(new JoinReply(42, 7, 1), PEER);
  private static final ClusterResponse<JoinReply> ALIVE =
      new ClusterResponse.Refused<>(
          400, Optional.of(ApiError.of(ErrorCode.KEY_EXISTS, "self is alive at x")), PEER);

  private static final ClusterResponse<JoinReply> STARTING =
      new ClusterResponse.Refused<>(
          503, Optional.of(ApiError.of(ErrorCode.LEADER_ELECTION, "changing its mode")), PEER);

  private final ManualLoop loop = new ManualLoop();
  private int refusals;
  private boolean isSelf;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMachineWaitsForTheSilenceOfTheProcessBeforeIt(boolean hasLog) {
    refusals = 2;
    StartupMode mode = find(hasLog);

    assertThat(mode)
        .isInstanceOf(hasLog ? StartupMode.AsReturningPeer.class : StartupMode.AsNewPeer.class);
    assertThat(loop.delaysMillis).containsExactly(500L, 500L);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMachineWhoseNameStaysAliveElsewhereIsRefusedWithinTheTime(boolean hasLog) {
    refusals = 100;

    assertThatThrownBy(() -> find(hasLog))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(AliveElsewhereException.class)
        .hasMessageContaining("self is alive at x");
    assertThat(loop.delaysMillis.stream().mapToLong(Long::longValue).sum())
        .isBetween(ALIVE_MILLIS / 2, ALIVE_MILLIS);
  }

  /** By a name of the host, say, where the machine announces its number. */
  @Test
  void aMachineThatIsGivenItselfInAnotherSpellingIsToldSo() {
    isSelf = true;

    assertThatThrownBy(() -> find(false))
        .hasCauseInstanceOf(StartRefusedException.class)
        .hasMessageContaining("--peers holds this machine's own address only");
  }

  private StartupMode find(boolean hasLog) {
    ClusterFinder finder =
        new ClusterFinder(
            SELF,
            new ClusterFinder.Given(List.of(PEER), false, ClusterState.AUTO),
            true,
            client(),
            Starting.with(SELF),
            new ClusterFinder.Patience(3, 500, 1_000, ALIVE_MILLIS),
            loop);
    CompletableFuture<StartupMode> found = finder.find(Optional.empty(), log(hasLog));
    loop.settle();
    return found.join();
  }

  private static Optional<RecoveredIdentity> log(boolean hasLog) {
    RecoveredIdentity held =
        new RecoveredIdentity(
            new WalIdentity(1, 7),
            Registry.EMPTY,
            Lineage.first(9),
            OptionalLong.of(40),
            OptionalLong.of(3));
    return hasLog ? Optional.of(held) : Optional.empty();
  }

  private ClusterClient client() {
    return (ClusterClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ClusterClient.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("identity")) {
                return CompletableFuture.completedFuture(
                    new ClusterResponse.Granted<>(Starting.with(SELF).identity(), PEER));
              }
              return CompletableFuture.completedFuture(
                  isSelf ? STARTING : refusals-- > 0 ? ALIVE : GRANTED);
            });
  }
}
