package dev.understudy.standby;

import static dev.understudy.clusterconfig.MachineView.State.FOLLOWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.SeatOffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StandbyServerTest extends StandbyFixture {
  @Test
  void theFirstSyncComesAtOnceAndIsSaved() throws IOException {
    cluster.answer("http://p1", THREE_SEATS, ONE, TWO, THREE);
    cluster.answer("http://p2", THREE_SEATS, ONE, TWO, THREE);

    startAndSettle();

    assertThat(cluster.asked).containsExactly("sync http://p1", "sync http://p2");
    assertThat(saved()).isEqualTo(new StandbyInfo(true, List.of(ONE, TWO, THREE), 1));
    assertThat(standby.info()).isEqualTo(saved());
    assertThat(taken).isEmpty();
  }

  @Test
  void aMachineThatHasJustLostItsSeatAsksForOneAfterASyncInterval() throws IOException {
    create(StandbyOptions.of(SELF, 50, List.of("http://p2")).withLostSeat(true));
    cluster.answer("http://p2", new ClusterConfig(3, 5, 8), SeatOffer.OFFERED, ONE, TWO);
    cluster.giveSeat("http://p2", SEAT);

    startAndSettle();
    assertThat(cluster.joinRequests).isEmpty();
    assertThat(standby.info().leader()).as("redirects at once").contains(TWO);

    assertThat(loop.passTime()).isGreaterThanOrEqualTo(8_000);
    assertThat(taken).hasSize(1);
  }

  @Test
  void whenThePeerThatAnswersLeadsNobodyElseIsAsked() throws IOException {
    cluster.answer("http://p2", THREE_SEATS, ONE, TWO, THREE);

    startAndSettle();

    assertThat(cluster.asked).containsExactly("sync http://p1", "sync http://p2");
    assertThat(cluster.notices).allMatch(notice -> notice.machine().equals(SELF));
  }

  @Test
  void theLastKnownListIsAskedInItsOrderBeforeTheSeeds() throws IOException {
    new StandbyInfoFile(directory).save(new StandbyInfo(true, List.of(THREE, TWO), 1));

    startAndSettle();

    assertThat(cluster.asked).containsExactly("sync http://p3", "sync http://p2", "sync http://p1");
  }

  /** Each wait for a machine that was cut off is longer than the leader remembers a standby. */
  @Test
  void whoeverDidNotAnswerIsAskedLastUntilItAnswersAgain() throws IOException {
    create(0, "http://p1", "http://p2");
    cluster.answer("http://p2", THREE_SEATS, ONE, TWO, THREE);
    startAndSettle();
    cluster.asked.clear();
    loop.passTime();
    assertThat(cluster.asked).containsExactly("sync http://p2");

    cluster.asked.clear();
    cluster.syncs.clear();
    cluster.answer("http://p1", THREE_SEATS, LEADING_ONE, THREE);
    loop.passTime();
    assertThat(cluster.asked).containsExactly("sync http://p2", "sync http://p3", "sync http://p1");

    cluster.asked.clear();
    cluster.answer("http://p3", THREE_SEATS, LEADING_ONE, THREE);
    loop.passTime();
    assertThat(cluster.asked).containsExactly("sync http://p1");
  }

  @Test
  void aStandbyWhoseWholeClusterIsDownWaitsAndKeepsItsList() throws IOException {
    StandbyInfo before = new StandbyInfo(true, List.of(ONE, TWO, THREE), 1);
    new StandbyInfoFile(directory).save(before);
    startAndSettle();

    for (int i = 0; i < 50; i++) {
      loop.passTime();
    }

    assertThat(saved()).isEqualTo(before);
    assertThat(bugs).isEmpty();
  }

  @Test
  void aFreeSeatIsAskedForAtTheLeaderAndTakenOnce() throws IOException {
    cluster.answer("http://p1", FIVE_SEATS, ONE, TWO, THREE);
    cluster.answer("http://p2", FIVE_SEATS, ONE, TWO, THREE);
    cluster.giveSeat("http://p2", SEAT);

    startAndSettle();

    assertThat(cluster.asked).endsWith("join http://p2");
    assertThat(cluster.joinRequests)
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.machine()).isEqualTo(SELF);
              assertThat(request.data()).isEqualTo(new LocalData.None());
            });
    assertThat(taken).containsExactly(new SeatTaken(SEAT, List.of(ONE, TWO, THREE), FIVE_SEATS));
    assertThat(saved().running()).isFalse();
    assertThat(loop.isIdle()).isTrue();
  }

  @Test
  void anotherStandbyThatWasFasterLeavesThisOneQuiet() throws IOException {
    cluster.answer("http://p2", FIVE_SEATS, ONE, TWO, THREE);
    cluster.refuseSeat("http://p2", ErrorCode.NO_MORE_PEERS);

    startAndSettle();
    loop.passTime();

    assertThat(cluster.joinRequests).hasSize(2);
    assertThat(taken).isEmpty();
    assertThat(saved().running()).isTrue();
  }

  @Test
  void aSeatWhoseAnswerWasLostIsFoundInTheNextListAndAskedForAgain() throws IOException {
    MachineView self = MachineView.of(SELF, false);
    cluster.answer("http://p2", FIVE_SEATS, ONE, TWO, THREE);
    startAndSettle();
    assertThat(cluster.joinRequests).hasSize(1);

    cluster.answer("http://p2", new ClusterConfig(4, 5, 1), ONE, TWO, THREE, self);
    cluster.giveSeat("http://p2", SEAT);
    loop.passTime();

    assertThat(cluster.joinRequests).hasSize(2);
    assertThat(taken).hasSize(1);
  }

  @Test
  void aNamesakeAtAnotherAddressKeepsItsSeat() throws IOException {
    MachineView namesake = new MachineView("four", FOLLOWER, "http://c9", "http://p9");
    cluster.answer("http://p2", FIVE_SEATS, TWO, namesake);
    cluster.giveSeat("http://p2", SEAT);

    startAndSettle();

    assertThat(cluster.joinRequests).isEmpty();
  }

  @Test
  void seatPriorityZeroTakesNoSeatByItselfButKeepsOneItWasGiven() throws IOException {
    create(0, "http://p2");
    cluster.answer("http://p2", FIVE_SEATS, TWO);
    cluster.giveSeat("http://p2", SEAT);
    startAndSettle();
    assertThat(cluster.joinRequests).isEmpty();

    cluster.answer("http://p2", FIVE_SEATS, TWO, MachineView.of(SELF, false));
    loop.passTime();

    assertThat(taken).hasSize(1);
  }

  @Test
  void aSeatThatIsMeantForAnotherIsNotAskedFor() throws IOException {
    cluster.answer("http://p2", FIVE_SEATS, SeatOffer.WITHHELD, TWO);
    cluster.giveSeat("http://p2", SEAT);
    startAndSettle();
    assertThat(cluster.joinRequests).isEmpty();

    cluster.answer("http://p2", FIVE_SEATS, SeatOffer.OFFERED, TWO);
    loop.passTime();

    assertThat(taken).hasSize(1);
  }

  @Test
  void aChangedIntervalCountsFromTheNextRoundWithATenthOfJitter() throws IOException {
    cluster.answer("http://p2", new ClusterConfig(3, 5, 10), ONE, TWO, THREE);
    startAndSettle();
    cluster.answer("http://p2", new ClusterConfig(3, 5, 60), ONE, TWO, THREE);
    List<Long> delays = new ArrayList<>();

    delays.add(loop.passTime());
    assertThat(delays.get(0)).isBetween(9_000L, 11_000L);

    delays.clear();
    for (int i = 0; i < 100; i++) {
      delays.add(loop.passTime());
    }
    assertThat(delays).allMatch(delay -> delay >= 54_000 && delay <= 66_000);
    assertThat(delays.stream().distinct().count()).isGreaterThan(50);
  }

  @Test
  void whileNoLeaderAnswersRoundsComeSoonerForAWhile() throws IOException {
    cluster.answer("http://p1", new ClusterConfig(3, 5, 8), ONE, TWO, THREE);
    startAndSettle();

    assertThat(loop.passTime()).isBetween(1_800L, 2_200L);
    for (int i = 0; i < 20; i++) {
      loop.passTime();
    }
    assertThat(loop.passTime()).isBetween(7_200L, 8_800L);

    cluster.answer("http://p2", new ClusterConfig(3, 5, 8), ONE, TWO, THREE);
    loop.passTime();
    assertThat(loop.passTime()).isBetween(7_200L, 8_800L);
  }

  @Test
  void withASilentLeaderTheSeatIsAskedForAtThePeerThatAnswered() throws IOException {
    cluster.answer("http://p1", FIVE_SEATS, ONE, TWO);
    cluster.giveSeat("http://p1", SEAT);

    startAndSettle();

    assertThat(cluster.asked).containsExactly("sync http://p1", "sync http://p2", "join http://p1");
    assertThat(taken).hasSize(1);
  }

  @Test
  void withoutALeaderNoSeatIsAskedFor() throws IOException {
    cluster.answer("http://p1", FIVE_SEATS, ONE, THREE);

    startAndSettle();

    assertThat(cluster.joinRequests).isEmpty();
    assertThat(standby.info().cluster()).containsExactly(ONE, THREE);
  }

  /** It was cut off when the others took new seats, and its old neighbours are standbys now. */
  @Test
  void aPeerThatWasLeftBehindDoesNotKeepTheStandbyFromItsCluster() throws IOException {
    cluster.answer(
        "http://p1", THREE_SEATS, ONE, new MachineView("four", FOLLOWER, "c", "http://p4"));
    create(StandbyOptions.of(SELF, 50, List.of("http://p1", "http://p2")));
    cluster.answer("http://p2", THREE_SEATS, TWO, THREE);

    startAndSettle();
    assertThat(cluster.asked).as("it may be an election").containsExactly("sync http://p1");

    loop.passTime();
    assertThat(standby.info().leader()).contains(TWO);
    assertThat(standby.info().cluster()).containsExactly(TWO, THREE);
  }

  /** After a power cut it may come from a peer that has not yet read its log to the end. */
  @Test
  void aListWithoutALeaderReplacesNothing() throws IOException {
    cluster.answer("http://p2", FIVE_SEATS, ONE, TWO);
    startAndSettle();
    cluster.answer("http://p1", ClusterConfig.DEFAULT, THREE);
    cluster.syncs.remove("http://p2");

    loop.passTime();

    MachineView deposed = new MachineView("two", FOLLOWER, "http://c2", "http://p2");
    assertThat(saved()).isEqualTo(new StandbyInfo(true, List.of(ONE, deposed, THREE), 1));
  }

  @Test
  void anEmptyListReplacesNothing() throws IOException {
    cluster.answer("http://p2", THREE_SEATS, ONE, TWO, THREE);
    startAndSettle();
    cluster.answer("http://p1", THREE_SEATS);
    cluster.syncs.remove("http://p2");

    loop.passTime();

    assertThat(saved().cluster()).containsExactly(ONE, TWO, THREE);
  }

  @Test
  void nothingThatTheNetworkAnswersStopsTheRounds() throws IOException {
    List<ClusterResponse<dev.understudy.clusterconfig.SyncReply>> odd =
        List.of(
            new ClusterResponse.Malformed<>("http://p1 answered what no peer answers: not JSON"),
            new ClusterResponse.Refused<>(404, java.util.Optional.empty(), "http://p1"),
            new ClusterResponse.Unreachable<>("http://p1: silence"));
    startAndSettle();
    for (ClusterResponse<dev.understudy.clusterconfig.SyncReply> answer : odd) {
      cluster.syncs.put("http://p1", answer);
      loop.passTime();
    }
    cluster.answer("http://p2", FIVE_SEATS, TWO);
    for (ErrorCode code : ErrorCode.values()) {
      cluster.refuseSeat("http://p2", code);
      loop.passTime();
    }
    cluster.joins.put("http://p2", new ClusterResponse.Malformed<>("circle"));
    loop.passTime();
    cluster.giveSeat("http://p2", SEAT);
    loop.passTime();

    assertThat(taken).hasSize(1);
    assertThat(bugs).isEmpty();
  }

  @Test
  void anOwnAddressAmongThePeersIsNeverAsked() throws IOException {
    create(50, "http://p4", "http://p2");

    startAndSettle();

    assertThat(cluster.asked).containsExactly("sync http://p2");
  }

  @Test
  void aBugIsToldLoudlyOnce() throws IOException {
    cluster.syncs.put("http://p1", null);
    StandbyListener broken =
        new StandbyListener() {
          @Override
          public void seatTaken(SeatTaken seat) {
            throw new IllegalStateException("a bug in the listener");
          }

          @Override
          public void alone() {
            throw new AssertionError("alone");
          }

          @Override
          public void synced(boolean leaderKnown) {}

          @Override
          public void failed(RuntimeException bug) {
            bugs.add(bug);
          }
        };
    cluster.answer("http://p2", FIVE_SEATS, TWO);
    cluster.giveSeat("http://p2", SEAT);
    StandbyServer server =
        new StandbyServer(
            StandbyOptions.of(SELF, 50, List.of("http://p2")),
            cluster,
            new StandbyInfoFile(directory),
            () -> loop = new ManualLoop(),
            new Random(1),
            now::get,
            broken);

    server.start();
    loop.settle();

    assertThat(bugs)
        .singleElement()
        .satisfies(bug -> assertThat(bug).hasMessageContaining("a bug"));
    assertThat(loop.isIdle()).isTrue();
  }

  @Test
  void closingIsFinalForTheRunAndStartingAgainBeginsAnew() throws IOException {
    cluster.answer("http://p2", THREE_SEATS, ONE, TWO, THREE);
    startAndSettle();
    assertThatThrownBy(standby::start).isInstanceOf(IllegalStateException.class);

    ManualLoop first = loop;
    standby.close();
    standby.close();
    assertThat(first.isClosed()).isTrue();
    cluster.asked.clear();
    startAndSettle();

    assertThat(cluster.asked).startsWith("sync http://p1");
    assertThat(loop).isNotSameAs(first);
  }

  /** To write takes the time of two syncs of the disk, in which clients would wait. */
  @Test
  void whatIsSavedAlreadyIsNotWrittenAgain() throws IOException {
    new StandbyInfoFile(directory).save(StandbyInfo.FRESH);
    Path file = directory.resolve("standby_info");
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    standby.start();
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.fromMillis(0));
    standby.close();
    new StandbyInfoFile(directory).save(StandbyInfo.FRESH.withRunning(false));
    standby.start();
    assertThat(saved().running()).isTrue();
  }

  @Test
  void anUnwritableDirectoryFailsTheStartAndLeavesNothingRunning() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    StandbyServer server =
        new StandbyServer(
            StandbyOptions.of(SELF, 50, List.of()),
            cluster,
            new StandbyInfoFile(file.resolve("beneath")),
            () -> {
              throw new AssertionError("no loop may be opened");
            },
            new Random(1),
            now::get,
            new StandbyListener() {
              @Override
              public void seatTaken(SeatTaken seat) {
                taken.add(seat);
              }

              @Override
              public void alone() {
                throw new AssertionError("alone");
              }

              @Override
              public void synced(boolean leaderKnown) {}

              @Override
              public void failed(RuntimeException bug) {
                bugs.add(bug);
              }
            });

    assertThatThrownBy(server::start).isInstanceOf(IOException.class);

    server.close();
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactly(file);
    }
  }
}
