package dev.understudy.standby;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.HttpClusterClient;
import dev.understudy.clusterconfig.MachineRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandbyLifecycleTest {
  private static final MachineRecord SELF =
      new MachineRecord("four", "http://127.0.0.1:2386", "http://127.0.0.1:2385");
  private static final StandbyListener IGNORED =
      new StandbyListener() {
        @Override
        public void seatTaken(SeatTaken seat) {
          throw new AssertionError("nobody gave a seat");
        }

        @Override
        public void alone() {
          // Nobody answers in this test's time.
        }

        @Override
        public void synced(boolean leaderKnown) {}

        @Override
        public void failed(RuntimeException bug) {
          throw new AssertionError(bug);
        }
      };

  @TempDir Path directory;

  @Test
  void twoHundredStartsAndStopsLeaveNoThreadAndNoFileBehind() throws IOException {
    int threadsBefore = liveThreads();
    long filesBefore = openFiles();
    for (int i = 0; i < 200; i++) {
      try (HttpClusterClient client = new HttpClusterClient(System::nanoTime);
          StandbyServer standby =
              new StandbyServer(
                  StandbyOptions.of(SELF, 50, List.of("http://127.0.0.1:1")),
                  client,
                  new StandbyInfoFile(directory),
                  () -> new ThreadLoop("standby"),
                  new Random(i),
                  () -> 0,
                  IGNORED)) {
        client.start();
        standby.start();
      }
    }

    await()
        .atMost(20, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(liveThreads()).isLessThanOrEqualTo(threadsBefore));
    await()
        .atMost(20, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(openFiles()).isLessThanOrEqualTo(filesBefore + 2));
  }

  @Test
  void aThreadLoopRunsTasksInOrderAndNothingAfterItsClose() {
    StringBuffer order = new StringBuffer();
    ThreadLoop loop = new ThreadLoop("loop");
    loop.execute(() -> order.append('a'));
    loop.execute(() -> order.append('b')); // before the timer, whose millisecond may pass at once
    loop.schedule(() -> order.append('c'), 1);
    await().atMost(20, TimeUnit.SECONDS).until(() -> order.toString().equals("abc"));

    loop.schedule(() -> order.append('d'), 60_000);
    loop.close();
    loop.execute(() -> order.append('e'));
    loop.schedule(() -> order.append('f'), 0);

    assertThat(order).hasToString("abc");
  }

  /** An executor would keep an error to itself, and a machine would wait for ever for a mode. */
  @Test
  void whatATaskThrowsReachesTheHandlerOfTheProcessAndTheLoopGoesOn() throws InterruptedException {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    BlockingQueue<Throwable> heard = new LinkedBlockingQueue<>();
    Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> heard.add(thrown));
    try (ThreadLoop loop = new ThreadLoop("loop")) {
      OutOfMemoryError first = new OutOfMemoryError("provoked");
      loop.execute(
          () -> {
            throw first;
          });
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isSameAs(first);
      IllegalStateException second = new IllegalStateException("a bug");
      loop.schedule(
          () -> {
            throw second;
          },
          1);
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isSameAs(second);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void aLoopCanBeClosedByItsOwnTask() throws InterruptedException {
    ThreadLoop loop = new ThreadLoop("loop");
    CountDownLatch closed = new CountDownLatch(1);
    loop.execute(
        () -> {
          loop.close();
          closed.countDown();
        });

    assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void closingWaitsForTheTaskThatRuns() throws InterruptedException {
    ThreadLoop loop = new ThreadLoop("loop");
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger finished = new AtomicInteger();
    loop.execute(
        () -> {
          running.countDown();
          try {
            assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new AssertionError("closing must not interrupt", e);
          }
          finished.incrementAndGet();
        });
    assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
    Thread closer = new Thread(loop::close);
    closer.start();
    goOn.countDown();
    closer.join(20_000);

    assertThat(closer.isAlive()).isFalse();
    assertThat(finished).hasValue(1);
  }

  private static int liveThreads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(Thread::isAlive)
            .filter(
                thread ->
                    thread.getName().startsWith("standby")
                        || thread.getName().contains("cluster-client")
                        || thread.getName().contains("Scheduler"))
            .count();
  }

  private static long openFiles() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    if (!Files.isDirectory(descriptors)) {
      return 0;
    }
    try (Stream<Path> open = Files.list(descriptors)) {
      return open.count();
    }
  }
}
