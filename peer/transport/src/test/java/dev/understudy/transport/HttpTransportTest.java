package dev.understudy.transport;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.Lineage;
import dev.understudy.raft.Entry;
import dev.understudy.raft.EntryId;
import dev.understudy.raft.LogSlice;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.raft.Snapshot;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HttpTransportTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final List<AutoCloseable> open = new ArrayList<>();
  private WebSocketClient client;
  private ScheduledThreadPoolExecutor timer;

  @BeforeEach
  void startClient() throws Exception {
    client = TestPeer.newClient();
    timer = new ScheduledThreadPoolExecutor(1);
  }

  @AfterEach
  void stopAll() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
    client.stop();
    timer.shutdownNow();
    assertThat(timer.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  private TestPeer peer(long id) throws Exception {
    return track(TestPeer.start(id, client, timer));
  }

  private <T extends AutoCloseable> T track(T one) {
    open.add(one);
    return one;
  }

  @Test
  void messagesFlowBothWays() throws Exception {
    TestPeer a = peer(1);
    TestPeer b = peer(2);
    a.knows(a, b);
    b.knows(a, b);
    a.send(a.heartbeat(b, 7));
    b.send(new Message.HeartbeatResponse(2, 1, 1, 9));
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(b.messages).containsExactly(a.heartbeat(b, 7));
              assertThat(a.messages).containsExactly(new Message.HeartbeatResponse(2, 1, 1, 9));
              // What has come counts as sent only once the writing thread has been told so.
              assertThat(a.network.traffic().sentMessages()).isEqualTo(1);
            });
    assertThat(a.network.traffic().receivedMessages()).isEqualTo(1);
    assertThat(a.network.traffic().sentBytes()).isEqualTo(b.network.traffic().receivedBytes());
    assertThat(a.unreachable).isEmpty();
  }

  @Test
  void forwardedProposalsReachTheLeaderTheyNameAndNoCore() throws Exception {
    TestPeer a = peer(1);
    TestPeer b = peer(2);
    a.knows(a, b);
    ForwardedProposals proposals =
        new ForwardedProposals(1, 2, 3, List.of(new Payload.Normal(new byte[] {4})));
    a.network.forward(proposals);
    await().atMost(SOON).untilAsserted(() -> assertThat(b.forwarded).containsExactly(proposals));
    assertThat(b.messages).isEmpty();
  }

  @Test
  void theCoresOwnForwardingHasNoPlaceOnTheWire() throws Exception {
    TestPeer a = peer(1);
    Message propose = new Message.Propose(1, 2, 0, List.of(Payload.EMPTY));
    assertThatThrownBy(() -> a.send(propose)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRefusalReachesTheOneWhoForwarded() throws Exception {
    TestPeer a = peer(1);
    TestPeer b = peer(2);
    a.knows(a, b);
    RejectedProposals refusal =
        new RejectedProposals(
            1, 2, 3, RejectedProposals.Reason.OVERLOADED, 4, List.of(5L, 6L, Long.MIN_VALUE));
    a.network.refuse(refusal);
    await().atMost(SOON).untilAsserted(() -> assertThat(b.refusals).containsExactly(refusal));
    assertThat(b.messages).isEmpty();
  }

  /** Which states no starts in its greeting, and would ignore the reason that it does not know. */
  @ParameterizedTest
  @CsvSource({
    "INVALID, OVERLOADED",
    "QUOTA, NO_SPACE",
    "NO_MEMORY, OVERLOADED",
    "NO_SPACE, NO_SPACE",
    "OVERLOADED, OVERLOADED",
    "NOT_LEADING, NOT_LEADING",
  })
  void anEarlierReleaseIsGivenAReasonThatItKnows(
      RejectedProposals.Reason reason, RejectedProposals.Reason sent) throws Exception {
    TestPeer a = peer(1);
    TestPeer earlier = peer(2);
    a.knows(a, earlier);
    RejectedProposals rejection = new RejectedProposals(1, 2, 3, reason, 4, List.of(5L));
    a.send(a.heartbeat(earlier, 1));
    await().atMost(SOON).until(() -> earlier.messages.size() == 1);
    a.network.refuse(rejection);
    await().atMost(SOON).until(() -> earlier.refusals.size() == 1);
    assertThat(earlier.refusals.get(0).reason()).isEqualTo(sent);
    assertThat(earlier.refusals.get(0).sequences()).containsExactly(5L);
  }

  @ParameterizedTest
  @EnumSource(RejectedProposals.Reason.class)
  void aPeerOfThisReleaseIsGivenTheReasonItself(RejectedProposals.Reason reason) throws Exception {
    TestPeer a = peer(1);
    TestPeer b = track(TestPeer.start(2, Lineage.first(7), client, timer));
    a.knows(a, b);
    a.send(a.heartbeat(b, 1));
    await().atMost(SOON).until(() -> b.messages.size() == 1);
    RejectedProposals rejection = new RejectedProposals(1, 2, 3, reason, 4, List.of(5L));
    a.network.refuse(rejection);
    await().atMost(SOON).untilAsserted(() -> assertThat(b.refusals).containsExactly(rejection));
  }

  @Test
  void messagesArriveInTheOrderInWhichTheyWereSent() throws Exception {
    TestPeer a = peer(1);
    TestPeer b = peer(2);
    a.knows(b);
    List<Message> expected = new ArrayList<>();
    for (int i = 1; i <= 5_000; i++) {
      Message message =
          new Message.Append(
              1,
              2,
              1,
              new LogSlice(
                  new EntryId(1, i),
                  List.of(new Entry(1, i + 1, new Payload.Normal(new byte[i % 700])))),
              0);
      expected.add(message);
      if (i % 400 == 0) {
        // Not faster than the queue takes them: nothing is to be dropped here.
        await().atMost(SOON).until(() -> expected.size() - b.messages.size() < 300);
      }
      a.send(message);
    }
    await().atMost(SOON).until(() -> b.messages.size() >= expected.size());
    assertThat(b.messages).isEqualTo(expected);
  }

  @Test
  void aRestartedPeerOnTheSamePortIsReachedAgain() throws Exception {
    TestPeer a = peer(1);
    int port = track(new HeldPort()).number();
    TestPeer first =
        track(TestPeer.start(2, TestPeer.CLUSTER, port, TestPeer.QUICK, client, timer));
    a.knows(first);
    a.send(a.heartbeat(first, 1));
    await().atMost(SOON).until(() -> first.messages.size() == 1);
    first.close();
    await().atMost(SOON).until(() -> a.unreachable.contains(2L));

    TestPeer second =
        track(TestPeer.start(2, TestPeer.CLUSTER, port, TestPeer.QUICK, client, timer));
    await()
        .atMost(SOON)
        .until(
            () -> {
              a.send(a.heartbeat(second, 2));
              return !second.messages.isEmpty();
            });
  }

  @Test
  void aPeerOfAnotherClusterGetsNothingThrough() throws Exception {
    TestPeer a = peer(1);
    TestPeer stranger = track(TestPeer.start(2, 0xbadL, 0, TestPeer.QUICK, client, timer));
    a.knows(stranger);
    stranger.knows(a);
    a.send(a.heartbeat(stranger, 1));
    stranger.send(stranger.heartbeat(a, 1));
    await()
        .atMost(SOON)
        .until(() -> a.unreachable.contains(2L) && stranger.unreachable.contains(1L));
    assertThat(a.messages).isEmpty();
    assertThat(stranger.messages).isEmpty();
  }

  @Test
  void aMemberWithoutAddressIsAnsweredOverItsOwnStream() throws Exception {
    TestPeer member = peer(1);
    TestPeer removed = peer(2);
    removed.knows(member);
    removed.send(new Message.PreVoteRequest(2, 1, 5, 4, 100));
    await().atMost(SOON).until(() -> member.messages.size() == 1);

    Message denial = new Message.PreVoteResponse(1, 2, Message.TERM_DENIED, false);
    member.send(denial);
    await().atMost(SOON).until(() -> removed.messages.equals(List.of(denial)));
  }

  @Test
  void whatFindsNoWayIsReported() throws Exception {
    TestPeer a = peer(1);
    a.send(new Message.TimeoutNow(1, 77, 3), new Message.TimeoutNow(1, 77, 3));
    assertThat(a.unreachable).containsExactly(77L);
    assertThat(a.network.traffic().droppedMessages()).isEqualTo(2);
  }

  @Test
  void aPeerThatAcceptsAndSaysNothingNeitherBlocksNorHoldsMoreThanItsQueue() throws Exception {
    TestPeer a = peer(1);
    TestPeer b = peer(2);
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Map<Long, URI> urls = new HashMap<>();
      urls.put(2L, b.url());
      urls.put(3L, URI.create("http://127.0.0.1:" + mute.getLocalPort()));
      a.network.setPeers(urls);
      await()
          .atMost(SOON)
          .until(
              () -> {
                for (int i = 0; i < 1_100; i++) {
                  a.send(new Message.Heartbeat(1, 3, 1, i, 0));
                }
                return a.unreachable.contains(3L);
              });
      a.send(a.heartbeat(b, 1));
      await().atMost(SOON).until(() -> b.messages.size() == 1);
      assertThat(a.unreachable).doesNotContain(2L);
      assertThat(a.network.traffic().droppedMessages()).isGreaterThanOrEqualTo(100);
    }
  }

  @Test
  void aPeerThatStopsReadingLosesItsStreamAfterTheWriteDeadline() throws Exception {
    TransportOptions writesMatter =
        new TransportOptions(
            100, 4 << 20, 64 << 10, 1 << 20, 10, 100, 5_000, 500, 10_000, 20_000, 5_000, 20_000,
            500);
    TestPeer a = track(TestPeer.start(1, TestPeer.CLUSTER, 0, writesMatter, client, timer));
    TestPeer b = peer(2);
    CountDownLatch release = new CountDownLatch(1);
    b.onMessage =
        message -> {
          try {
            release.await(60, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    a.knows(b);
    Message large =
        new Message.Append(
            1,
            2,
            1,
            new LogSlice(
                new EntryId(1, 1), List.of(new Entry(1, 2, new Payload.Normal(new byte[500_000])))),
            0);
    try {
      await()
          .atMost(SOON)
          .until(
              () -> {
                a.send(large);
                return a.network.traffic().sentMessages() > 0 && a.unreachable.contains(2L);
              });
    } finally {
      release.countDown();
    }
  }

  /** Time passes in steps in which a stream may be silent, and in all for longer. */
  @Test
  void silentStreamsAreKeptByPings() throws Exception {
    AtomicLong nanos = new AtomicLong();
    TestPeer a = track(TestPeer.start(1, nanos::get, client, timer));
    TestPeer b = track(TestPeer.start(2, nanos::get, client, timer));
    a.knows(b);
    a.send(a.heartbeat(b, 1));
    await().atMost(SOON).until(() -> b.messages.size() == 1);
    long stepMillis = TestPeer.QUICK.readTimeoutMillis() * 2 / 3;
    for (int step = 0; step < 3; step++) {
      nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(stepMillis));
      await()
          .atMost(SOON)
          .until(
              () -> a.network.longestSilenceMillis() == 0 && b.network.longestSilenceMillis() == 0);
    }
    assertThat(a.unreachable).isEmpty();
    assertThat(b.unreachable).isEmpty();
    assertThat(a.network.traffic().roundTrips()).containsOnlyKeys(2L);
    b.send(new Message.HeartbeatResponse(2, 1, 1, 1));
    await().atMost(SOON).until(() -> a.messages.size() == 1);
  }

  @Test
  void aPeerThatIsNamedNoMoreStillGetsWhatWasSentBefore() throws Exception {
    TestPeer a = peer(1);
    TestPeer b = peer(2);
    a.knows(b);
    a.send(a.heartbeat(b, 0));
    await().atMost(SOON).until(() -> b.messages.size() == 1);
    for (int i = 1; i <= 200; i++) {
      a.send(a.heartbeat(b, i));
    }
    a.network.setPeers(Map.of());
    await().atMost(SOON).until(() -> b.messages.size() == 201);
    a.send(a.heartbeat(b, 300));
    await().atMost(SOON).until(() -> a.unreachable.contains(2L));
  }

  @Test
  void aPeerThatMovesIsFollowed() throws Exception {
    TestPeer a = peer(1);
    TestPeer before = peer(2);
    a.knows(before);
    a.send(a.heartbeat(before, 1));
    await().atMost(SOON).until(() -> before.messages.size() == 1);
    before.close();
    TestPeer after = peer(2);
    a.knows(after);
    a.send(a.heartbeat(after, 2));
    await().atMost(SOON).until(() -> after.messages.equals(List.of(a.heartbeat(after, 2))));
  }

  @Test
  void aMessageLargerThanABatchTravelsAlone() throws Exception {
    TestPeer a = peer(1);
    TestPeer b = peer(2);
    a.knows(b);
    Message large =
        new Message.Append(
            1,
            2,
            1,
            new LogSlice(
                new EntryId(1, 1), List.of(new Entry(1, 2, new Payload.Normal(new byte[900_000])))),
            0);
    a.send(a.heartbeat(b, 1), large, a.heartbeat(b, 2));
    await()
        .atMost(SOON)
        .until(() -> b.messages.equals(List.of(a.heartbeat(b, 1), large, a.heartbeat(b, 2))));
  }

  @Test
  void snapshotsDoNotTravelOnStreams() throws Exception {
    TestPeer a = peer(1);
    assertThatThrownBy(() -> a.send(new Message.InstallSnapshot(1, 2, 1, Snapshot.EMPTY)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
