package dev.understudy.transport;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.raft.Entry;
import dev.understudy.raft.EntryId;
import dev.understudy.raft.LogSlice;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.transport.PeerHandlerTest.Watcher;
import dev.understudy.transport.PeerReceiver.Following;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer grants to somebody whom it does not know, or who is not who it says. */
class StrangerTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final long SELF = 0xa;
  private static final long MEMBER = 0xb;
  private static final long STRANGER = 0xdead;

  /** A snapshot must be there within 300 ms. */
  private static final TransportOptions IMPATIENT =
      new TransportOptions(
          1000, 1 << 20, 64 << 10, 1 << 20, 10, 100, 5_000, 1_000, 200, 2_000, 5_000, 300, 1_000);

  private final List<AutoCloseable> open = new ArrayList<>();
  private WebSocketClient client;
  private ScheduledThreadPoolExecutor timer;
  private TestPeer peer;

  @BeforeEach
  void startPeer() throws Exception {
    client = TestPeer.newClient();
    timer = new ScheduledThreadPoolExecutor(1);
    peer = start(TestPeer.QUICK);
  }

  private TestPeer start(TransportOptions options) throws Exception {
    return start(options, System::nanoTime);
  }

  private TestPeer start(TransportOptions options, LongSupplier nanoClock) throws Exception {
    TestPeer started = TestPeer.start(SELF, options, nanoClock, client, timer);
    open.add(started);
    started.network.setPeers(Map.of(SELF, started.url(), MEMBER, URI.create("http://127.0.0.1:1")));
    return started;
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

  private Session connect(TestPeer to, long from, CountDownLatch closed) throws Exception {
    ClientUpgradeRequest request = new ClientUpgradeRequest(StreamDialer.streamUrl(to.url()));
    headers(from).forEach(request::setHeader);
    return client.connect(new Watcher(closed), request).get(30, TimeUnit.SECONDS);
  }

  /** A stream counts once the accepting side has opened it, which is after it has agreed to it. */
  private void awaitRefusal(TestPeer by, long first, CountDownLatch closed) {
    AtomicLong next = new AtomicLong(first);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> connect(by, next.getAndIncrement(), closed))
                    .hasMessageContaining("503"));
  }

  private static Map<String, String> headers(long from) {
    Map<String, String> headers = new HashMap<>();
    new Handshake(
            TestPeer.CLUSTER,
            from,
            SELF,
            1,
            URI.create("http://127.0.0.1:1"),
            Lineage.UNSTATED,
            MachineTraits.UNSTATED)
        .write(headers::put);
    return headers;
  }

  private static Message frameOf(long from, int bytes) {
    return new Message.Append(
        from,
        SELF,
        1,
        new LogSlice(EntryId.ZERO, List.of(new Entry(1, 1, new Payload.Normal(new byte[bytes])))),
        0);
  }

  @Test
  void onlyWhatIsInTheStreamsOwnNameIsDelivered() throws Exception {
    Session stream = connect(peer, MEMBER, new CountDownLatch(1));
    Message own = new Message.HeartbeatResponse(MEMBER, SELF, 1, 1);
    Message foreign = new Message.AppendResponse(0xc, SELF, 1, 9, false, 0, 0);
    Message receivers = new Message.AppendResponse(SELF, SELF, 1, 9, true, 1, 1);
    Message passedOn = new Message.ReadIndexRequest(0xc, SELF, 0, 7);
    Message receiversRead = new Message.ReadIndexRequest(SELF, SELF, 0, 7);
    Message last = new Message.TimeoutNow(MEMBER, SELF, 1);
    stream.sendBinary(
        TestPeer.frame(foreign, own, receivers, passedOn, receiversRead, last), Callback.NOOP);
    await().atMost(SOON).until(() -> peer.messages.contains(last));
    assertThat(peer.messages).containsExactly(own, passedOn, last);
  }

  @Test
  void strangersPassNothingOn() throws Exception {
    Session stream = connect(peer, STRANGER, new CountDownLatch(1));
    Message last = new Message.TimeoutNow(STRANGER, SELF, 1);
    stream.sendBinary(
        TestPeer.frame(
            new Message.TransferLeader(MEMBER, SELF, 1),
            new Message.ReadIndexRequest(MEMBER, SELF, 0, 7),
            last),
        Callback.NOOP);
    await().atMost(SOON).until(() -> peer.messages.contains(last));
    assertThat(peer.messages).containsExactly(last);
  }

  @Test
  void aStrangersLargeFrameEndsItsStreamAMembersDoesNot() throws Exception {
    CountDownLatch strangersEnd = new CountDownLatch(1);
    Session stranger = connect(peer, STRANGER, strangersEnd);
    stranger.sendBinary(TestPeer.frame(frameOf(STRANGER, 100 << 10)), Callback.NOOP);
    assertThat(strangersEnd.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(peer.messages).isEmpty();
    Session member = connect(peer, MEMBER, new CountDownLatch(1));
    member.sendBinary(TestPeer.frame(frameOf(MEMBER, 100 << 10)), Callback.NOOP);
    await().atMost(SOON).until(() -> peer.messages.size() == 1);
  }

  @Test
  void aLeaderThatIsFollowedAndNotKnownMaySendLargeFrames() throws Exception {
    peer.following = new Following(1, STRANGER);
    Session leader = connect(peer, STRANGER, new CountDownLatch(1));
    leader.sendBinary(TestPeer.frame(frameOf(STRANGER, 100 << 10)), Callback.NOOP);
    await().atMost(SOON).until(() -> peer.messages.size() == 1);
  }

  @Test
  void strangersAreFewAndDoNotStay() throws Exception {
    AtomicLong nanos = new AtomicLong();
    TestPeer strict = start(TestPeer.QUICK.withFloodLimits(1 << 20, 1_500, 0), nanos::get);
    CountDownLatch closed = new CountDownLatch(16);
    for (int i = 0; i < 16; i++) {
      connect(strict, STRANGER + i, closed);
    }
    awaitRefusal(strict, 1, closed);
    CountDownLatch never = new CountDownLatch(1);
    connect(strict, MEMBER, never);
    assertThat(closed.getCount()).as("nobody has left").isEqualTo(16);
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1_501));
    assertThat(closed.await(20, TimeUnit.SECONDS)).as("they end").isTrue();
    assertThat(never.getCount()).as("a member stays").isEqualTo(1);
  }

  @Test
  void framesThatNeverEndKeepToTheBudgetOfTheWholePort() throws Exception {
    TestPeer strict = start(TestPeer.QUICK.withFloodLimits(1 << 20, 60_000, 0));
    strict.network.setPeers(Map.of());
    CountDownLatch closed = new CountDownLatch(5);
    for (int i = 0; i < 8; i++) {
      Session stream = connect(strict, STRANGER + i, closed);
      ByteBuffer part = ByteBuffer.allocate(400 << 10);
      stream.sendPartialBinary(part, false, Callback.NOOP);
    }
    assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
  }

  /** By hand, since the client that peers use does not offer it. */
  @Test
  void compressionIsNotAgreedTo() throws Exception {
    StringBuilder request =
        new StringBuilder(
            "GET /raft/stream HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    headers(MEMBER).forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
    try (java.net.Socket socket = new java.net.Socket("127.0.0.1", peer.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.append("\r\n").toString().getBytes("US-ASCII"));
      BufferedReader answer =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), "US-ASCII"));
      List<String> head = new ArrayList<>();
      for (String line = answer.readLine(); !line.isEmpty(); line = answer.readLine()) {
        head.add(line.toLowerCase(Locale.ROOT));
      }
      assertThat(head.get(0)).startsWith("http/1.1 101");
      assertThat(head).noneMatch(line -> line.startsWith("sec-websocket-extensions"));
    }
  }

  /** A peer that knows nobody yet has to believe everybody, but not without a bound. */
  @Test
  void whereEverybodyMayBeAMemberStreamsAreBoundedToo() throws Exception {
    int most = 20;
    TestPeer newcomer = start(TestPeer.QUICK.withMaxStreams(most));
    newcomer.network.setPeers(Map.of());
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < most; i++) {
      connect(newcomer, STRANGER + i, never);
    }
    awaitRefusal(newcomer, STRANGER + most, never);
  }

  @Test
  void aSnapshotIsTakenFromTheLeaderThatIsFollowedInItsTermOnly() throws Exception {
    assertThat(upload(STRANGER, head(STRANGER, 1))).as("follows nobody").isEqualTo(403);
    peer.following = new Following(5, MEMBER);
    assertThat(upload(STRANGER, head(STRANGER, 5))).isEqualTo(403);
    assertThat(upload(0xc, head(0xc, 6))).isEqualTo(403);
    assertThat(upload(0xc, head(MEMBER, 5))).as("head in another's name").isEqualTo(403);
    assertThat(upload(MEMBER, head(0xc, 5))).isEqualTo(403);
    assertThat(upload(MEMBER, head(MEMBER, 4))).as("another term").isEqualTo(403);
    assertThat(upload(MEMBER, head(MEMBER, 6))).isEqualTo(403);
    assertThat(peer.snapshots).isEmpty();
    assertThat(upload(MEMBER, head(MEMBER, 5))).isEqualTo(200);
    assertThat(peer.snapshots).hasSize(1);
  }

  private static byte[] head(long from, long term) {
    return new MessageCodec()
        .encodeSnapshotHead(
            new Message.InstallSnapshot(
                from,
                SELF,
                term,
                new dev.understudy.raft.Snapshot(
                    new dev.understudy.raft.SnapshotMetadata(
                        1, 9, dev.understudy.raft.ConfState.ofVoters(SELF, MEMBER)),
                    new byte[0])));
  }

  private int upload(long greetingFrom, byte[] body) throws Exception {
    ContentResponse response =
        client
            .getHttpClient()
            .POST(peer.url().resolve(Handshake.SNAPSHOT_PATH))
            .headers(fields -> headers(greetingFrom).forEach(fields::put))
            .body(new BytesRequestContent(body))
            .timeout(30, TimeUnit.SECONDS)
            .send();
    return response.getStatus();
  }

  @Test
  void aNewerTransferOfTheLeaderTakesThePlaceOfOneThatDrips() throws Exception {
    peer.following = new Following(5, MEMBER);
    CountDownLatch reading = new CountDownLatch(1);
    peer.sink =
        (message, content) -> {
          reading.countDown();
          content.transferTo(java.io.OutputStream.nullOutputStream());
        };
    try (java.net.Socket dripping = new java.net.Socket("127.0.0.1", peer.port())) {
      dripping.getOutputStream().write(beginning(100_000).getBytes("US-ASCII"));
      // Nothing behind the head: it has to be read without waiting for what comes next.
      dripping.getOutputStream().write(head(MEMBER, 5));
      dripping.getOutputStream().flush();
      assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(upload(MEMBER, head(MEMBER, 5))).isEqualTo(200);
      assertThat(peer.snapshots).hasSize(1);
    }
  }

  @Test
  void whoIsNotFollowedDoesNotBreakOffTheLeadersTransfer() throws Exception {
    peer.following = new Following(5, MEMBER);
    CountDownLatch reading = new CountDownLatch(1);
    peer.sink =
        (message, content) -> {
          reading.countDown();
          content.transferTo(java.io.OutputStream.nullOutputStream());
        };
    byte[] head = head(MEMBER, 5);
    try (java.net.Socket leader = new java.net.Socket("127.0.0.1", peer.port())) {
      leader.setSoTimeout(20_000);
      leader.getOutputStream().write(beginning(head.length + 10).getBytes("US-ASCII"));
      leader.getOutputStream().write(head);
      leader.getOutputStream().flush();
      assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(upload(STRANGER, head(STRANGER, 5))).isEqualTo(403);
      leader.getOutputStream().write(new byte[10]);
      leader.getOutputStream().flush();
      assertThat(new String(leader.getInputStream().readNBytes(12), "US-ASCII"))
          .isEqualTo("HTTP/1.1 200");
    }
    assertThat(peer.snapshots).hasSize(1);
  }

  @Test
  void aTransferThatIsTooSlowIsAnsweredSo() throws Exception {
    TestPeer strict = start(IMPATIENT);
    strict.following = new Following(5, MEMBER);
    try (java.net.Socket dripping = new java.net.Socket("127.0.0.1", strict.port())) {
      dripping.setSoTimeout(20_000);
      java.io.OutputStream out = dripping.getOutputStream();
      out.write(beginning(100_000).getBytes("US-ASCII"));
      out.write(head(MEMBER, 5));
      out.flush();
      InputStream answer = dripping.getInputStream();
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                if (answer.available() == 0) {
                  out.write(1);
                  out.flush();
                }
                return answer.available() > 12;
              });
      assertThat(new String(answer.readNBytes(12), "US-ASCII")).isEqualTo("HTTP/1.1 408");
    }
    assertThat(strict.snapshots).isEmpty();
  }

  @Test
  void whatIsNoSnapshotIsTheSendersFault() throws Exception {
    peer.following = new Following(5, MEMBER);
    peer.sink =
        (message, content) -> {
          throw new MalformedMessageException("the chunk is damaged");
        };
    assertThat(upload(MEMBER, head(MEMBER, 5))).isEqualTo(400);
    peer.sink =
        (message, content) -> {
          throw new IOException("the disk is full");
        };
    assertThat(upload(MEMBER, head(MEMBER, 5))).isEqualTo(500);
    assertThat(peer.snapshots).isEmpty();
  }

  private static String beginning(int contentLength) {
    StringBuilder request =
        new StringBuilder(
            "POST /raft/snapshot HTTP/1.1\r\nHost: h\r\nContent-Length: " + contentLength + "\r\n");
    headers(MEMBER).forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
    return request.append("\r\n").toString();
  }

  @Test
  void aTransferThatDripsIsBrokenOff() throws Exception {
    AtomicLong clock = new AtomicLong();
    InputStream dripping =
        new InputStream() {
          @Override
          public int read() {
            clock.addAndGet(TimeUnit.SECONDS.toNanos(4));
            return 1;
          }
        };
    RatedInput rated = new RatedInput(dripping, clock::get, 1_000, 600_000);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 10; i++) {
                assertThat(rated.read()).isEqualTo(1);
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("slower");
    assertThat(clock.get()).isLessThan(TimeUnit.SECONDS.toNanos(15));
  }

  @Test
  void readingNothingWaitsForNothing() throws Exception {
    InputStream waiting =
        new InputStream() {
          private int given;

          @Override
          public int read() {
            throw new AssertionError("would wait for a byte that nobody has sent");
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            return given++ == 0 ? length : read();
          }
        };
    RatedInput rated = new RatedInput(waiting, () -> 0, 1_000, 600_000);
    assertThat(rated.readNBytes(10)).hasSize(10);
  }

  @Test
  void theTimeOfASlowReaderIsNotHeldAgainstTheSender() throws Exception {
    AtomicLong clock = new AtomicLong();
    RatedInput rated =
        new RatedInput(new ByteArrayInputStream(new byte[100]), clock::get, 1_000, 600_000);
    for (int i = 0; i < 100; i++) {
      clock.addAndGet(TimeUnit.SECONDS.toNanos(4));
      assertThat(rated.read()).isZero();
    }
    clock.addAndGet(TimeUnit.SECONDS.toNanos(600));
    assertThatThrownBy(rated::read).hasMessageContaining("too long");
  }

  /** Sound headers and others, field by field; and the peer still talks with a member. */
  @Test
  void noGreetingHurtsThePeer() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    String[] values = {
      "",
      "0",
      "-1",
      "a",
      "ffffffffffffffff",
      "10000000000000000",
      "x",
      "1",
      "2",
      "-5",
      "c0ffee",
      "http://[",
      "http://h:99999",
      "é",
      "a".repeat(3_000),
      "\t1",
      "1,2"
    };
    for (int i = 0; i < Integer.getInteger("understudy.fuzz.greetings", 400); i++) {
      Map<String, String> headers = headers(random.nextBoolean() ? MEMBER : STRANGER);
      List<String> names = List.copyOf(new java.util.TreeSet<>(headers.keySet()));
      for (int changes = random.nextInt(3); changes > 0; changes--) {
        String name = names.get(random.nextInt(names.size()));
        if (random.nextInt(4) == 0) {
          headers.remove(name);
        } else {
          headers.put(name, values[random.nextInt(values.length)]);
        }
      }
      boolean stream = random.nextBoolean();
      byte[] body = new byte[random.nextInt(50)];
      random.nextBytes(body);
      ContentResponse response =
          client
              .getHttpClient()
              .newRequest(peer.url().resolve(stream ? "/raft/stream" : "/raft/snapshot"))
              .method(stream ? "GET" : "POST")
              .headers(fields -> headers.forEach(fields::put))
              .body(stream ? null : new BytesRequestContent(body))
              .timeout(20, TimeUnit.SECONDS)
              .send();
      assertThat(response.getStatus()).as("%s", headers).isIn(400, 403, 409, 410, 412, 426, 431);
    }
    assertThat(peer.messages).isEmpty();
    assertThat(peer.snapshots).isEmpty();
    Session member = connect(peer, MEMBER, new CountDownLatch(1));
    Message sound = new Message.TimeoutNow(MEMBER, SELF, 1);
    member.sendBinary(TestPeer.frame(sound), Callback.NOOP);
    await().atMost(SOON).until(() -> peer.messages.equals(List.of(sound)));
  }
}
