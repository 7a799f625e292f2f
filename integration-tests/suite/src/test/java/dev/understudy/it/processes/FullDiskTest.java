package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.it.processes.Http.Answer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A machine on a small file system that is really full. Skipped where none can be mounted. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FullDiskTest {
  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void writesAreRefusedReadsGoOnAndItRecoversByItself() throws Exception {
    try (SmallDisk disk = SmallDisk.at(machines.directory().resolve("small"))) {
      machines.store(disk.path()::resolve);
      MachineUnderTest machine = machines.machineAt("data");
      machine.start().awaitReady();
      refusesWritesUntilThereIsRoom(machine, disk);
      machine.kill();
      machine.start().awaitReady();
      Deadlines.await("everything is there after a kill")
          .until(() -> get(machine, "/before").succeeded() && get(machine, "/after").succeeded());
      machine.kill();
    }
  }

  private static void refusesWritesUntilThereIsRoom(MachineUnderTest machine, SmallDisk disk)
      throws IOException {
    Deadlines.await("a first write").until(() -> put(machine, "/before").succeeded());
    disk.fill();
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
    Deadlines.await("it warns")
        .until(() -> machine.errors().stream().anyMatch(line -> line.contains("low on space")));

    disk.makeRoom();
    Deadlines.await("it takes writes again").until(() -> put(machine, "/after").succeeded());
  }

  private static Answer put(MachineUnderTest machine, String key) throws IOException {
    return Http.putValue(machine.clientUrl() + "/v2/keys" + key, "value");
  }

  private static Answer get(MachineUnderTest machine, String key) throws IOException {
    return Http.get(machine.clientUrl() + "/v2/keys" + key);
  }
}
