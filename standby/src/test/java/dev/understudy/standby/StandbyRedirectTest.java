package dev.understudy.standby;

import static dev.understudy.clusterconfig.MachineView.State.FOLLOWER;
import static dev.understudy.clusterconfig.MachineView.State.LEADER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** To whom a standby sends clients while leaders come and go. */
class StandbyRedirectTest {
  private static final ClusterConfig CONFIG = new ClusterConfig(3, 5, 30);
  private static final MachineRecord SELF = new MachineRecord("four", "http://p4", "http://c4");

  @TempDir Path directory;

  private final AtomicLong now = new AtomicLong(1_000_000);
  private final FakeClient cluster = new FakeClient();
  private ManualLoop loop;

  private static MachineView machine(String name, MachineView.State state) {
    return new MachineView(name, state, "http://c-" + name, "http://" + name);
  }

  private static MachineView[] ledBy(String leader) {
    return List.of("one", "two").stream()
        .map(name -> machine(name, name.equals(leader) ? LEADER : FOLLOWER))
        .toArray(MachineView[]::new);
  }

  private StandbyServer standby() {
    return new StandbyServer(
        StandbyOptions.of(SELF, 0, List.of("http://one", "http://two")),
        cluster,
        new StandbyInfoFile(directory),
        () -> loop = new ManualLoop(),
        new Random(1),
        now::get,
        new StandbyListener() {
          @Override
          public void seatTaken(SeatTaken seat) {
            throw new AssertionError(seat);
          }

          @Override
          public void synced(boolean leaderKnown) {}

          @Override
          public void failed(RuntimeException bug) {
            throw new AssertionError(bug);
          }

          @Override
          public void alone() {
            throw new AssertionError("a standby that knows peers is not alone");
          }
        });
  }

  private Optional<String> leaderNow(StandbyServer standby) {
    CompletableFuture<Optional<MachineView>> answer = standby.leaderNow();
    loop.settle();
    assertThat(answer).isDone();
    return answer.join().map(MachineView::name);
  }

  @Test
  void nobodyIsSentToALeaderOfAnEarlierLife() throws IOException {
    new StandbyInfoFile(directory).save(new StandbyInfo(true, List.of(ledBy("one")), 30));
    StandbyServer standby = standby();
    standby.start();
    loop.settle();

    assertThat(leaderNow(standby)).isEmpty();

    now.addAndGet(StandbyServer.FRESH_MILLIS + 1);
    cluster.answer("http://two", CONFIG, ledBy("two"));
    assertThat(leaderNow(standby)).contains("two");
  }

  @Test
  void aFormerLeaderIsNotSentToOnceAnotherSaysThatItLeads() throws IOException {
    cluster.answer("http://one", CONFIG, ledBy("one"));
    StandbyServer standby = standby();
    standby.start();
    loop.settle();
    assertThat(leaderNow(standby)).contains("one");

    cluster.answer("http://one", CONFIG, ledBy("two"));
    cluster.answer("http://two", CONFIG, ledBy("two"));
    now.addAndGet(StandbyServer.FRESH_MILLIS + 1);

    assertThat(leaderNow(standby)).as("though the next sync is far").contains("two");
  }

  /** Two seconds are all that a client waits. */
  @Test
  void nobodyIsSentToWhoLedLongAgoWhenNobodyAnswersInTime() throws IOException {
    cluster.answer("http://one", CONFIG, ledBy("one"));
    StandbyServer standby = standby();
    standby.start();
    loop.settle();
    cluster.silent.addAll(List.of("http://one", "http://two"));
    now.addAndGet(10_000);
    CompletableFuture<Optional<MachineView>> answer = standby.leaderNow();
    loop.settle();
    assertThat(answer).isNotDone();
    loop.passTime(2_000);
    assertThat(answer).isCompletedWithValue(Optional.empty());
  }

  @Test
  void aLeaderAsSyncedIsForgottenWhenTheNextSyncIsOverdue() throws IOException {
    cluster.answer("http://one", CONFIG, ledBy("one"));
    StandbyServer standby = standby();
    standby.start();
    loop.settle();
    now.addAndGet(CONFIG.syncIntervalMillis());
    assertThat(standby.leaderAsSynced().map(MachineView::name)).contains("one");
    now.addAndGet(CONFIG.syncIntervalMillis());
    assertThat(standby.leaderAsSynced()).isEmpty();
  }

  @Test
  void aLeaderThatDoesNotSaySoItselfIsNoLeader() throws IOException {
    cluster.answer("http://one", CONFIG, ledBy("two")); // as a follower that lags may believe
    StandbyServer standby = standby();
    standby.start();
    loop.settle();

    assertThat(leaderNow(standby)).isEmpty();
    assertThat(standby.leaderAsSynced()).isEmpty();
  }

  @Test
  void twoThatNameEachOtherAreNotFollowedForEver() throws IOException {
    cluster.answer("http://one", CONFIG, ledBy("two"));
    cluster.answer("http://two", CONFIG, ledBy("one"));
    StandbyServer standby = standby();
    standby.start();
    loop.settle();

    assertThat(leaderNow(standby)).isEmpty();
    assertThat(cluster.asked.size()).isLessThan(10);
  }

  @Test
  void manyClientsAtOnceAskOnce() throws IOException {
    cluster.answer("http://one", CONFIG, ledBy("one"));
    StandbyServer standby = standby();
    standby.start();
    loop.settle();
    now.addAndGet(StandbyServer.FRESH_MILLIS + 1);
    cluster.asked.clear();
    List<CompletableFuture<Optional<MachineView>>> answers =
        List.of(standby.leaderNow(), standby.leaderNow(), standby.leaderNow());
    loop.settle();

    assertThat(answers).allMatch(CompletableFuture::isDone);
    assertThat(cluster.asked).containsExactly("sync http://one");
  }

  @Test
  void whoWaitsWhenTheStandbyIsClosedIsAnswered() throws IOException {
    StandbyServer standby = standby();
    standby.start();
    CompletableFuture<Optional<MachineView>> waiting = standby.leaderNow();
    standby.close();

    assertThat(waiting.join()).isEmpty();
    assertThat(standby.leaderNow().join()).isEmpty();
  }
}
