package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.understudy.it.processes.Http.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A machine on a small file system that is really full. Skipped where none can be mounted. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FullDiskTest {
  private static final int DISK_MEGABYTES = 64;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  private Path mounted;

  @AfterEach
  void unmount() throws Exception {
    if (mounted != null) {
      // Busy until the machine has ended, which happens after this: so it is only taken away.
      assertThat(run("umount", "-l", mounted.toString())).isTrue();
    }
  }

  @Test
  void writesAreRefusedReadsGoOnAndItRecoversByItself() throws Exception {
    Path disk = Files.createDirectories(machines.directory().resolve("small"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MEGABYTES + "m", "tmpfs", disk.toString()),
        "a small file system can be mounted (needs root)");
    mounted = disk;
    MachineUnderTest machine =
        machines.machine(
            "small",
            List.of(
                "--name",
                "small",
                "--data-dir",
                disk.resolve("data").toString(),
                "--addr",
                "127.0.0.1:" + Ports.free(),
                "--peer-addr",
                "127.0.0.1:" + Ports.free()));
    machine.start().awaitReady();
    Deadlines.await("a first write").until(() -> put(machine, "/before").succeeded());

    Path filler = disk.resolve("filler");
    fill(filler);
    Deadlines.await("writes are refused")
        .pollInterval(java.time.Duration.ofSeconds(2))
        .until(() -> put(machine, "/filling").status() == 503);

    Answer refused = put(machine, "/refused");
    assertThat(refused.status()).as(refused.body()).isEqualTo(503);
    assertThat(refused.object().get("errorCode").getAsInt()).isEqualTo(301);
    assertThat(refused.object().get("cause").getAsString()).contains("disk");
    assertThat(get(machine, "/before").succeeded()).isTrue();
    assertThat(get(machine, "/before?quorum=true").succeeded()).isTrue();
    assertThat(get(machine, "/refused").status()).isEqualTo(404);
    assertThat(machine.errors()).anyMatch(line -> line.contains("low on space"));

    Files.delete(filler);
    Deadlines.await("it takes writes again").until(() -> put(machine, "/after").succeeded());
    machine.kill();
    machine.start().awaitReady();
    Deadlines.await("everything is there after a kill")
        .until(() -> get(machine, "/before").succeeded() && get(machine, "/after").succeeded());
    machine.kill();
  }

  private static Answer put(MachineUnderTest machine, String key) throws IOException {
    return Http.putValue(machine.clientUrl() + "/v2/keys" + key, "value");
  }

  private static Answer get(MachineUnderTest machine, String key) throws IOException {
    return Http.get(machine.clientUrl() + "/v2/keys" + key);
  }

  /** Writes until the file system takes nothing more. */
  private static void fill(Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      byte[] zeros = new byte[1 << 16];
      for (int i = 0; i < DISK_MEGABYTES << 5; i++) {
        out.write(zeros);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
    assertThat(Files.getFileStore(file).getUsableSpace()).isLessThan(1 << 16);
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).inheritIO().start();
    return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
  }
}
