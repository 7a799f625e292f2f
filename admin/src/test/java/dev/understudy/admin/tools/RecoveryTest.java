package dev.understudy.admin.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.UsageException;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.peer.StoppedPeer;
import dev.understudy.peer.StoppedPeer.Survivor;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.wal.Directory;
import dev.understudy.wal.DiskDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A new cluster on the data of the last machine of an old one, with real files. */
class RecoveryTest extends ToolFixture {
  private int recover(Path data, Optional<MachineRecord> founder, String answer) {
    out.reset();
    err.reset();
    return new Tools(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            () -> false,
            new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)))
        .run(new CliCommand.Recover(data, founder, answer.isEmpty(), false));
  }

  private static Survivor survivor(Path peer) throws IOException {
    try (Directory log = DiskDirectory.openToRead(peer)) {
      return StoppedPeer.survivor(log);
    }
  }

  @Test
  void theNewClusterHasNewIdsAndTheStateAndTheOldLogIsKept() throws Exception {
    Path data = dataDirectory();
    Files.writeString(data.resolve("standby_info"), "{}");
    Survivor before = survivor(data.resolve("peer"));
    assertThat(recover(data, Optional.empty(), "")).isZero();

    Survivor now = survivor(data.resolve("peer"));
    assertThat(now.identity().clusterId()).isNotEqualTo(before.identity().clusterId());
    assertThat(now.identity().memberId()).isNotEqualTo(before.identity().memberId());
    assertThat(now.state().metadata().index()).isEqualTo(before.state().metadata().index());
    assertThat(now.state().image().registry().all())
        .singleElement()
        .extracting(Seat::machine, Seat::member)
        .containsExactly(OLD, now.identity().memberId());
    assertThat(now.state().image().registry().removed()).isEmpty();
    assertThat(survivor(data.resolve("peer.before-recovery-1")).identity())
        .isEqualTo(before.identity());
    assertThat(data.resolve("standby_info.before-recovery-1")).exists();
    assertThat(data.resolve("standby_info")).doesNotExist();
    assertThat(printed())
        .contains(
            "MAY BE MISSING",
            "MAY BE TOO MUCH: the last 0 entries",
            "empty data directories and --peers");
  }

  @Test
  void nothingChangesUnlessSomebodySaysYes() throws Exception {
    Path data = dataDirectory();
    var before = allBelow(data);
    for (String answer : new String[] {"no\n", "\n", "y\n"}) {
      assertThat(recover(data, Optional.empty(), answer)).isEqualTo(1);
      assertThat(printed()).contains("go on? (yes/no) nothing was changed");
      assertThat(allBelow(data)).isEqualTo(before);
    }
    assertThat(recover(data, Optional.empty(), "yes\n")).isZero();
  }

  @Test
  void theMachineMayHaveAnotherNameAndOtherAddressesFromThenOn() throws Exception {
    Path data = dataDirectory();
    MachineRecord moved =
        new MachineRecord("new", "http://127.0.0.1:7009", "http://127.0.0.1:4009");
    assertThat(recover(data, Optional.of(moved), "")).isZero();
    assertThat(survivor(data.resolve("peer")).state().image().registry().all())
        .extracting(Seat::machine)
        .containsExactly(moved);
  }

  @Test
  void aRecoveryThatWasInterruptedBetweenTwoNamesIsFinished() throws Exception {
    Path data = dataDirectory();
    assertThat(recover(data, Optional.empty(), "")).isZero();
    Survivor done = survivor(data.resolve("peer"));
    Files.move(data.resolve("peer"), data.resolve("peer.recovered"));
    assertThat(recover(data, Optional.empty(), "no\n")).isZero();
    assertThat(printed()).contains("interrupted");
    assertThat(survivor(data.resolve("peer")).identity()).isEqualTo(done.identity());
  }

  @Test
  void itIsAskedForByAWordThatNobodyTypesByASlip() throws Exception {
    Path data = dataDirectory();
    assertThatThrownBy(() -> run("recover", "--data-dir", data.toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--force-new-cluster");
    assertThat(run("recover", "--data-dir", data.toString(), "--force-new-cluster"))
        .as("nobody answers")
        .isEqualTo(1);
    assertThat(run("recover", "--data-dir", data.toString(), "--force-new-cluster", "--yes"))
        .isZero();
  }

  @Test
  void aMachineThatRunsIsLeftAlone() throws Exception {
    Path data = dataDirectory();
    try (Directory running = DiskDirectory.open(data)) {
      assertThat(running.list()).isEmpty();
      assertThat(recover(data, Optional.empty(), "")).isEqualTo(1);
    }
    assertThat(error()).contains("stop the machine first");
    assertThat(recover(path.resolve("nothing"), Optional.empty(), "")).isEqualTo(1);
    assertThat(error()).contains("there is no such file or directory");
  }
}
