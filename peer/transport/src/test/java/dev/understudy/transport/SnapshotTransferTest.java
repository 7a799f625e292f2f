package dev.understudy.transport;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.raft.ConfState;
import dev.understudy.raft.Message;
import dev.understudy.raft.Snapshot;
import dev.understudy.raft.SnapshotMetadata;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapshotTransferTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int FIFTY_MEBIBYTES = 50 << 20;
  private static final Message.InstallSnapshot MESSAGE = toMember(2);

  private final List<AutoCloseable> open = new ArrayList<>();
  private WebSocketClient client;
  private ScheduledThreadPoolExecutor timer;
  private TestPeer leader;
  private TestPeer follower;

  @BeforeEach
  void startPeers() throws Exception {
    client = TestPeer.newClient();
    timer = new ScheduledThreadPoolExecutor(1);
    leader = TestPeer.start(1, client, timer);
    open.add(leader);
    follower = TestPeer.start(2, client, timer);
    open.add(follower);
    leader.knows(follower);
    follower.following = new PeerReceiver.Following(3, 1);
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

  private static Message.InstallSnapshot toMember(long member) {
    return new Message.InstallSnapshot(
        1,
        member,
        3,
        new Snapshot(new SnapshotMetadata(3, 1_000, ConfState.ofVoters(1L, 2L)), new byte[] {1}));
  }

  /** A snapshot made on the fly, so that no test holds one in memory. */
  private static final class Generated implements SnapshotSource {
    private final long announcedBytes;
    private final long givenBytes;
    private final AtomicLong readBytes = new AtomicLong();
    private final AtomicInteger openStreams = new AtomicInteger();

    private Generated(long announcedBytes, long givenBytes) {
      this.announcedBytes = announcedBytes;
      this.givenBytes = givenBytes;
    }

    private Generated(long bytes) {
      this(bytes, bytes);
    }

    @Override
    public long sizeBytes() {
      return announcedBytes;
    }

    @Override
    public InputStream open() {
      openStreams.incrementAndGet();
      AtomicInteger once = new AtomicInteger(1);
      return new FilterInputStream(new Sequence(givenBytes, readBytes)) {
        @Override
        public void close() {
          openStreams.addAndGet(-once.getAndSet(0));
        }
      };
    }

    private long checksum() throws IOException {
      return Generated.checksum(new Sequence(givenBytes, new AtomicLong()));
    }

    private static long checksum(InputStream in) throws IOException {
      CheckedInputStream checked = new CheckedInputStream(in, new CRC32C());
      checked.transferTo(java.io.OutputStream.nullOutputStream());
      return checked.getChecksum().getValue();
    }
  }

  /** Bytes that differ from place to place. */
  private static final class Sequence extends InputStream {
    private final long length;
    private final AtomicLong at;

    private Sequence(long length, AtomicLong at) {
      this.length = length;
      this.at = at;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int count) {
      long position = at.get();
      if (position == length) {
        return -1;
      }
      int given = (int) Math.min(count, length - position);
      for (int i = 0; i < given; i++) {
        long place = position + i;
        target[offset + i] = (byte) (place ^ place >> 8 ^ place >> 16);
      }
      at.addAndGet(given);
      return given;
    }
  }

  private CompletableFuture<Void> send(Message.InstallSnapshot message, SnapshotSource source) {
    CompletableFuture<Void> outcome = new CompletableFuture<>();
    leader.network.sendSnapshot(
        message,
        source,
        new SnapshotOutcome() {
          @Override
          public void delivered() {
            assertThat(outcome.complete(null)).isTrue();
          }

          @Override
          public void failed(Exception cause) {
            assertThat(outcome.completeExceptionally(cause)).isTrue();
          }
        });
    return outcome;
  }

  private static Throwable failureOf(CompletableFuture<Void> outcome) throws Exception {
    try {
      outcome.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return e.getCause();
    }
    throw new AssertionError("the snapshot was delivered");
  }

  @Test
  void fiftyMebibytesArriveAsTheyWere() throws Exception {
    Generated source = new Generated(FIFTY_MEBIBYTES);
    CompletableFuture<Long> received = new CompletableFuture<>();
    follower.sink = (message, content) -> received.complete(Generated.checksum(content));
    send(MESSAGE, source).get(20, TimeUnit.SECONDS);
    assertThat(received.getNow(0L)).isEqualTo(source.checksum());
    assertThat(follower.snapshots).containsExactly(MESSAGE);
    assertThat(source.openStreams).hasValue(0);
    assertThat(follower.network.traffic().receivedBytes()).isGreaterThan(FIFTY_MEBIBYTES);
  }

  @Test
  void aSinkThatWritesSlowlyHoldsTheSenderBackInsteadOfFillingMemory() throws Exception {
    Generated source = new Generated(FIFTY_MEBIBYTES);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    follower.sink =
        (message, content) -> {
          content.readNBytes(1 << 20);
          begun.countDown();
          awaitQuietly(go);
          content.transferTo(java.io.OutputStream.nullOutputStream());
        };
    CompletableFuture<Void> outcome = send(MESSAGE, source);
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    AtomicLong last = new AtomicLong(-1);
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> last.getAndSet(source.readBytes.get()) == source.readBytes.get());
    // What both kernels' socket buffers take, and little more.
    assertThat(source.readBytes.get()).isLessThan(20 << 20);
    // Messages pass by a snapshot that stands still.
    leader.send(leader.heartbeat(follower, 4));
    await().atMost(SOON).until(() -> follower.messages.size() == 1);
    go.countDown();
    outcome.get(20, TimeUnit.SECONDS);
  }

  private static void awaitQuietly(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IOException("nobody says go");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Test
  void aSinkThatFailsIsReportedWithItsReason() throws Exception {
    follower.sink =
        (message, content) -> {
          content.readNBytes(1000);
          throw new IOException("no space left");
        };
    Generated source = new Generated(FIFTY_MEBIBYTES);
    assertThat(failureOf(send(MESSAGE, source))).isInstanceOf(IOException.class);
    assertThat(follower.snapshots).isEmpty();
    assertThat(source.openStreams).hasValue(0);

    Generated small = new Generated(100);
    assertThat(failureOf(send(MESSAGE, small))).hasMessageContaining("no space left");
  }

  @Test
  void aSourceThatEndsTooEarlyIsReportedOnBothSides() throws Exception {
    CompletableFuture<Exception> atSink = new CompletableFuture<>();
    follower.sink =
        (message, content) -> {
          try {
            content.transferTo(java.io.OutputStream.nullOutputStream());
          } catch (IOException e) {
            atSink.complete(e);
            throw e;
          }
        };
    Generated source = new Generated(1_000_000, 700_000);
    assertThat(failureOf(send(MESSAGE, source)))
        .hasRootCauseMessage("the snapshot is 300000 bytes shorter than announced");
    assertThat(atSink.get(30, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    assertThat(follower.snapshots).isEmpty();
    await().atMost(SOON).until(() -> source.openStreams.get() == 0);
  }

  @Test
  void aSenderThatStopsBreaksItsTransferAndSaysSo() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Exception> atSink = new CompletableFuture<>();
    follower.sink =
        (message, content) -> {
          content.readNBytes(1000);
          begun.countDown();
          try {
            while (content.read() >= 0) {}
          } catch (IOException e) {
            atSink.complete(e);
            throw e;
          }
        };
    Generated source = new Generated(1L << 40);
    CompletableFuture<Void> outcome = send(MESSAGE, source);
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    leader.network.close();
    assertThat(outcome).isCompletedExceptionally();
    assertThat(atSink.get(30, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    assertThat(source.openStreams).hasValue(0);
  }

  @Test
  void aReceiverThatStopsFreesItsSinkAndTheSenderHearsOfIt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Exception> atSink = new CompletableFuture<>();
    // The sender's source gives nothing after its beginning, so that the sink really waits.
    CountDownLatch never = new CountDownLatch(1);
    follower.sink =
        (message, content) -> {
          content.readNBytes(10);
          begun.countDown();
          try {
            while (content.read() >= 0) {}
          } catch (IOException e) {
            atSink.complete(e);
            throw e;
          }
        };
    SnapshotSource stuck =
        new SnapshotSource() {
          @Override
          public long sizeBytes() {
            return 1 << 20;
          }

          @Override
          public InputStream open() {
            return new InputStream() {
              private int given;

              @Override
              public int read() throws IOException {
                if (given++ >= 100) {
                  awaitQuietly(never);
                }
                return 0;
              }

              @Override
              public int read(byte[] target, int offset, int length) throws IOException {
                target[offset] = (byte) read();
                return 1;
              }
            };
          }
        };
    CompletableFuture<Void> outcome = send(MESSAGE, stuck);
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    follower.network.close();
    assertThat(atSink).isDone();
    never.countDown();
    assertThat(failureOf(outcome)).isInstanceOf(IOException.class);
    assertThat(follower.snapshots).isEmpty();
  }

  @Test
  void onlyOneTransferGoesToAMemberAtATime() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    follower.sink = (message, content) -> awaitQuietly(go);
    CompletableFuture<Void> first = send(MESSAGE, new Generated(100));
    assertThat(failureOf(send(MESSAGE, new Generated(100))))
        .hasMessageContaining("another snapshot");
    go.countDown();
    first.get(30, TimeUnit.SECONDS);
    send(MESSAGE, new Generated(100)).get(30, TimeUnit.SECONDS);
  }

  @Test
  void oneThatNoLeaderSendsIsRefusedFromItsHead() throws Exception {
    follower.sink = (message, content) -> content.transferTo(OutputStream.nullOutputStream());
    ConfState both = ConfState.ofVoters(1L, 2L);
    for (SnapshotMetadata odd :
        List.of(
            new SnapshotMetadata(3, Long.MAX_VALUE, both),
            new SnapshotMetadata(3, -1, both),
            new SnapshotMetadata(3, 0, both),
            new SnapshotMetadata(Long.MAX_VALUE, 1_000, both),
            new SnapshotMetadata(4, 1_000, both),
            new SnapshotMetadata(-1, 1_000, both),
            new SnapshotMetadata(3, 1_000, ConfState.EMPTY),
            new SnapshotMetadata(3, 1_000, ConfState.ofVoters(1L, 2L, 2L)),
            new SnapshotMetadata(3, 1_000, ConfState.ofVoters(1L, 3L)))) {
      Message.InstallSnapshot message =
          new Message.InstallSnapshot(1, 2, 3, new Snapshot(odd, new byte[0]));
      assertThat(failureOf(send(message, new Generated(100))))
          .as("%s", odd)
          .hasMessageContaining("400")
          .hasMessageContaining("no leader sends");
    }
    assertThat(follower.snapshots).isEmpty();
    send(MESSAGE, new Generated(100)).get(30, TimeUnit.SECONDS);
  }

  @Test
  void aSnapshotForAnUnknownMemberFailsAtOnce() throws Exception {
    assertThat(failureOf(send(toMember(99), new Generated(100)))).hasMessageContaining("63");
  }

  @Test
  void aRefusalComesBeforeTheSnapshotIsOpened() throws Exception {
    TestPeer stranger = TestPeer.start(5, 0xbadL, 0, TestPeer.QUICK, client, timer);
    open.add(stranger);
    leader.knows(stranger);
    Generated source = new Generated(FIFTY_MEBIBYTES);
    assertThat(failureOf(send(toMember(5), source))).hasMessageContaining("not this cluster");
    assertThat(source.readBytes).hasValue(0);
  }
}
