package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.wal.Directory;
import dev.understudy.wal.MemoryDisk;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer's directory is taken for, and what is removed from it. */
class PeerFilesTest {
  private static final String SNAPSHOT = "0000000000000010-0000000000000002.snap";
  private static final MachineRecord FOUNDER = new MachineRecord("m", "http://m:1", "");

  private final MemoryDisk disk = new MemoryDisk("peer");
  private Directory directory;
  private long nonce = 0xa;

  @BeforeEach
  void mount() throws IOException {
    directory = disk.mount();
  }

  @Test
  void theQuestionWhetherAPeerHasLivedHereChangesNothing() throws IOException {
    found();
    make("unfinished");
    List<String> before = directory.list();
    assertThat(PeerFiles.exist(directory)).isFalse();
    assertThat(directory.list()).isEqualTo(before);
    PeerFiles.clearInterrupted(directory);
    assertThat(directory.list()).isEmpty();
  }

  @Test
  void aSnapshotWithoutItsLogIsNoEmptyDirectory() throws IOException {
    make(SNAPSHOT);
    assertThatThrownBy(() -> PeerFiles.exist(directory))
        .isInstanceOf(UnknownDataException.class)
        .hasMessageContaining(SNAPSHOT)
        .hasMessageContaining("--force")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    PeerFiles.drop(directory);
    assertThat(PeerFiles.exist(directory)).isFalse();
  }

  @Test
  void aFileOfSomebodyElseIsAReasonNotToBeginAndIsNeverRemoved() throws IOException {
    make("thesis.txt");
    assertThatThrownBy(() -> PeerFiles.exist(directory))
        .isInstanceOf(UnknownDataException.class)
        .hasMessageContaining("thesis.txt");
    found();
    PeerFiles.prepare(directory, WalOptions.DEFAULT, new WalIdentity(1, 3));
    assertThat(directory.list()).contains("thesis.txt");
    assertThat(PeerFiles.exist(directory)).as("beside a log it does no harm").isTrue();
  }

  @Test
  void nothingIsDroppedWhereNothingCouldBeginAfterwards() throws IOException {
    found();
    make("thesis.txt");
    List<String> before = directory.list();
    assertThatThrownBy(() -> PeerFiles.drop(directory))
        .isInstanceOf(UnknownDataException.class)
        .hasMessageContaining("thesis.txt");
    assertThat(directory.list()).isEqualTo(before);

    directory.delete("thesis.txt");
    PeerFiles.drop(directory);
    assertThat(PeerFiles.exist(directory)).isFalse();
    assertThatCode(() -> PeerFiles.drop(directory))
        .as("nothing came since")
        .doesNotThrowAnyException();
  }

  @Test
  void whatPassesForAPartOfTheLogIsNamedWithItsDirectory() throws IOException {
    found();
    make("my.wal");
    assertThatThrownBy(() -> PeerFiles.exist(directory))
        .isInstanceOf(UnknownDataException.class)
        .hasMessageContaining(directory + " holds \"my.wal\"")
        .hasMessageContaining("move that away");
  }

  @Test
  void dataAreDroppedOnceUntilAStartHasKeptThem() throws IOException {
    found();
    PeerFiles.drop(directory);
    found();
    assertThatThrownBy(() -> PeerFiles.drop(directory))
        .isInstanceOf(UnknownDataException.class)
        .hasMessageContaining("start without --force");
    assertThat(PeerFiles.exist(directory)).isTrue();
    PeerFiles.allowDrop(directory);
    PeerFiles.drop(directory);
    assertThat(PeerFiles.exist(directory)).isFalse();
  }

  /** Releases that know the short list alone read no more than its 32 starts. */
  @Test
  void allStartsAreKnownAgainHoweverManyThereAre() throws IOException {
    found();
    Lineage lineage = started(100);

    assertThat(lineage.starts()).hasSize(100);
    assertThat(LineageFile.read(directory)).isEqualTo(lineage);
    assertThat(Lineage.parse(text("incarnation"))).isEqualTo(lineage.stated());
    PeerFiles.prepare(directory, WalOptions.DEFAULT, new WalIdentity(1, 3));
    assertThat(directory.list()).doesNotContain("incarnation", "starts");
  }

  @Test
  void startsFromBeforeADirectoryWasSetBackAreNotItsOwn() throws IOException {
    found();
    started(50);
    byte[] old = disk.contents("incarnation");
    final Lineage newer = started(50);
    disk.damage("incarnation", old);

    Lineage setBack = LineageFile.read(directory);
    assertThat(setBack.current().number()).isEqualTo(50);
    assertThat(setBack.isOutlivedBy(newer.current())).isTrue();
    assertThat(setBack.isOutlivedBy(newer.starts().get(20))).isTrue();
  }

  private Lineage started(int times) throws IOException {
    Lineage lineage = Lineage.UNSTATED;
    for (int i = 0; i < times; i++) {
      lineage = PeerFiles.nextStart(directory, Incarnation.NONE, nonce++);
    }
    return lineage;
  }

  private String text(String file) throws IOException {
    return new String(disk.contents(file), StandardCharsets.UTF_8);
  }

  private void found() throws IOException {
    PeerFiles.found(
        directory, WalOptions.DEFAULT, new WalIdentity(1, 2), FOUNDER, ClusterConfig.DEFAULT, 1);
  }

  private void make(String file) throws IOException {
    directory.create(file).close();
    directory.force();
  }
}
