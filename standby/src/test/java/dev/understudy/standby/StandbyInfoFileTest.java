package dev.understudy.standby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.SeatOffer;
import dev.understudy.clusterconfig.SyncReply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandbyInfoFileTest {
  private static final MachineView ONE =
      new MachineView("one", MachineView.State.LEADER, "http://c1", "http://p1");
  private static final StandbyInfo OLD = new StandbyInfo(true, List.of(ONE), 5);
  private static final StandbyInfo NEW = new StandbyInfo(false, List.of(), 2.5);

  @TempDir Path directory;

  @Test
  void whatIsSavedIsLoaded() throws IOException {
    StandbyInfoFile file = new StandbyInfoFile(directory);
    assertThat(file.load()).isEmpty();

    file.save(OLD);
    assertThat(file.load()).contains(OLD);
    file.save(NEW);
    assertThat(file.load()).contains(NEW);
    assertThat(directory.resolve("standby_info"))
        .content()
        .isEqualTo("{\"running\":false,\"cluster\":[],\"syncInterval\":2.5}");
  }

  @Test
  void whatIsNoRegularFileOrIsTooLongIsRefused() throws IOException {
    StandbyInfoFile file = new StandbyInfoFile(directory);
    Files.createDirectory(directory.resolve("standby_info"));
    assertThatThrownBy(file::load)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a regular file");
    Files.delete(directory.resolve("standby_info"));
    Files.write(directory.resolve("standby_info"), new byte[DurableFiles.MAX_BYTES + 1]);
    assertThatThrownBy(file::load)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is longer than");
  }

  @Test
  void everyStepToDiskComesInOrder() throws IOException {
    List<String> steps = new ArrayList<>();

    new StandbyInfoFile(directory, new FaultyFiles(steps, 99)).save(OLD);

    assertThat(steps)
        .containsExactly(
            "write and sync standby_info.tmp",
            "rename standby_info.tmp to standby_info",
            "sync directory");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aCrashAtAnyStepLeavesTheOldOrTheNew(int crashAt) throws IOException {
    new StandbyInfoFile(directory).save(OLD);
    StandbyInfoFile crashing =
        new StandbyInfoFile(directory, new FaultyFiles(new ArrayList<>(), crashAt));

    assertThatThrownBy(() -> crashing.save(NEW)).isInstanceOf(IOException.class);

    StandbyInfoFile afterwards = new StandbyInfoFile(directory);
    assertThat(afterwards.load().orElseThrow()).isEqualTo(crashAt == 2 ? NEW : OLD);
    afterwards.save(NEW);
    assertThat(afterwards.load()).contains(NEW);
  }

  @Test
  void aTornTemporaryFileIsIgnored() throws IOException {
    Files.writeString(directory.resolve("standby_info.tmp"), "{\"running\":tr");
    StandbyInfoFile file = new StandbyInfoFile(directory);

    assertThat(file.load()).isEmpty();
    file.save(OLD);
    assertThat(file.load()).contains(OLD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"running\":tr",
        "[]",
        "{\"running\":1,\"cluster\":[],\"syncInterval\":5}",
        "{\"running\":true,\"cluster\":[{\"name\":\"\"}],\"syncInterval\":5}",
        "{\"running\":true,\"cluster\":[7],\"syncInterval\":5}",
        "{\"running\":true,\"cluster\":[],\"syncInterval\":\"5\"}",
        "{\"running\":true,\"cluster\":[],\"syncInterval\":0}",
        "{\"running\":true,\"cluster\":[],\"syncInterval\":1e400}",
        "{\"running\":true}",
        "\u0000\u0000\u0000\u0000",
      })
  void aDamagedFileIsAsGoodAsNone(String content) throws IOException {
    Files.writeString(directory.resolve("standby_info"), content);
    StandbyInfoFile file = new StandbyInfoFile(directory);

    assertThat(file.load()).isEmpty();
    file.save(OLD);
    assertThat(file.load()).contains(OLD);
  }

  @Test
  void aDirectoryThatIsNotThereIsAnError() {
    StandbyInfoFile file = new StandbyInfoFile(directory.resolve("missing"));

    assertThatThrownBy(() -> file.save(OLD)).isInstanceOf(IOException.class);
  }

  @Test
  void deletesDurablyAndAlsoWhatIsNotThere() throws IOException {
    List<String> steps = new ArrayList<>();
    StandbyInfoFile file = new StandbyInfoFile(directory, new FaultyFiles(steps, 100));
    file.save(OLD);
    steps.clear();

    file.delete();
    file.delete();

    assertThat(file.load()).isEmpty();
    assertThat(steps)
        .containsExactly(
            "delete standby_info", "sync directory", "delete standby_info", "sync directory");
  }

  /** Fails at the step with the given number, a write half-way. */
  private static final class FaultyFiles implements DurableFiles {
    private final List<String> steps;
    private final int failAt;

    FaultyFiles(List<String> steps, int failAt) {
      this.steps = steps;
      this.failAt = failAt;
    }

    @Override
    public byte[] read(Path file) throws IOException {
      return REAL.read(file);
    }

    @Override
    public void writeAndSync(Path file, byte[] content) throws IOException {
      if (steps.size() == failAt) {
        String half = new String(content, StandardCharsets.UTF_8).substring(0, content.length / 2);
        Files.writeString(file, half);
        throw new IOException("the power went");
      }
      steps.add("write and sync " + file.getFileName());
      REAL.writeAndSync(file, content);
    }

    @Override
    public void renameOver(Path from, Path to) throws IOException {
      fail();
      steps.add("rename " + from.getFileName() + " to " + to.getFileName());
      REAL.renameOver(from, to);
    }

    @Override
    public void deleteIfExists(Path file) throws IOException {
      fail();
      steps.add("delete " + file.getFileName());
      REAL.deleteIfExists(file);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
      fail();
      steps.add("sync directory");
      REAL.syncDirectory(directory);
    }

    private void fail() throws IOException {
      if (steps.size() == failAt) {
        throw new IOException("the power went");
      }
    }
  }

  /** The log of that member still lies here, and must not be taken for a seat. */
  @Test
  void aSyncForgetsNeitherTheClusterNorTheSeatThatWasLost() {
    StandbyInfo lost = StandbyInfo.FRESH.withLost(0xc, 7);
    SyncReply reply =
        new SyncReply(
            List.of(new MachineView("a", MachineView.State.LEADER, "http://c:1", "http://p:1")),
            new ClusterConfig(3, 5, 1),
            SeatOffer.UNSTATED);
    assertThat(reply.clusterId()).as("as of an older release").isZero();
    assertThat(lost.synced(reply).lost()).isEqualTo(7);
    assertThat(lost.synced(reply).clusterId()).isEqualTo(0xc);
    assertThat(lost.withoutLeader(reply).lost()).isEqualTo(7);
    assertThat(lost.withoutLeader(reply).clusterId()).isEqualTo(0xc);
  }
}
