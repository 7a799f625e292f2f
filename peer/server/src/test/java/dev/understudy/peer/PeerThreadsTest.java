package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a thread of a peer throws is heard of, so that memory that is used up ends the process. */
class PeerThreadsTest {
  private final BlockingQueue<Throwable> heard = new LinkedBlockingQueue<>();

  @ParameterizedTest
  @ValueSource(strings = {"answers", "background", "timer"})
  void whatATaskThrowsReachesTheHandlerOfTheProcess(String which) throws InterruptedException {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> heard.add(thrown));
    PeerThreads threads = new PeerThreads("m1", System::nanoTime);
    OutOfMemoryError error = new OutOfMemoryError("provoked");
    try {
      executor(threads, which)
          .execute(
              () -> {
                throw error;
              });
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isSameAs(error);
    } finally {
      threads.close();
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  private static Executor executor(PeerThreads threads, String which) {
    return switch (which) {
      case "answers" -> threads.answers();
      case "background" -> threads.background();
      default -> task -> threads.timer().schedule(1, task);
    };
  }

  @Test
  void closingEndsThemAll() {
    PeerThreads threads = new PeerThreads("closed", System::nanoTime);
    threads.answers().execute(() -> {});
    threads.timer().schedule(60_000, () -> {});
    threads.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().endsWith("-closed"));
  }
}
