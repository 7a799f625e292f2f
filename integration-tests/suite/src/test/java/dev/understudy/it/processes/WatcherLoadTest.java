package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A small run of {@link WatcherLoad}, so that it does not rot. */
class WatcherLoadTest {
  private static final int WATCHERS = 500;
  private static final long BYTES_EACH = 64 * 1024;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void everyOneOfManyLongPollsIsAnsweredForLittleMemory() throws IOException {
    MachineUnderTest machine = machines.machineAt("m1").start().awaitReady();
    WatcherLoad.Figures figures = new WatcherLoad(machine, WATCHERS).measure();
    System.out.println("measured " + figures);
    assertThat(figures.heapBytesEach()).isPositive().isLessThan(BYTES_EACH);
    assertThat(figures.meanwhileWrites()).isPositive();
  }
}
