package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.peer.UnknownDataException;
import dev.understudy.wal.DiskDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which directories a machine refuses before it has written anything to them. */
class DataDirectoryTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "conf,,etcd 0.4",
    "log,,etcd 0.4",
    ",snapshot,etcd 0.4",
    ",member/wal,etcd 2 or 3",
    ",member/snap,etcd 2 or 3",
    ",proxy,etcd 2 proxy",
  })
  void dataOfAnotherProductAreRefusedByItsName(String file, String folder, String product)
      throws IOException {
    if (folder != null) {
      Files.createDirectories(directory.resolve(folder));
    } else {
      Files.createFile(directory.resolve(file));
    }
    assertThatThrownBy(() -> DataDirectory.check(directory, false))
        .isInstanceOf(UnknownDataException.class)
        .hasMessageContaining(product)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("--data-dir");
    assertThat(directory.resolve("LOCK")).doesNotExist();
  }

  @Test
  void aDirectoryThatOthersMayReadIsNoticed() throws IOException {
    Path data = directory.resolve("data");
    DiskDirectory.open(data).close();
    assertThat(DataDirectory.openToOthers(data)).isEmpty();
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-x---"));
    assertThat(DataDirectory.openToOthers(data)).contains("rwxr-x---");
  }

  @Test
  void theFolderOfAnEtcdMemberIsRefusedToo() throws IOException {
    Files.createDirectories(directory.resolve("wal"));
    Files.createDirectories(directory.resolve("snap"));
    assertThatThrownBy(() -> DataDirectory.check(directory, true))
        .hasMessageContaining("etcd 2 or 3");
  }

  /** It may be on a disk that is not mounted; without it the log would look shorter than it is. */
  @Test
  void aPartOfTheLogThatLeadsNowhereIsRefusedBesideOthersToo() throws IOException {
    Path peer = Files.createDirectories(directory.resolve("peer"));
    Path gone = directory.resolve("elsewhere.wal");
    Files.createSymbolicLink(peer.resolve("0000000000000009-0000000000000002.wal"), gone);
    assertThatThrownBy(() -> DataDirectory.check(directory, false)).hasMessageContaining("0009");
    Files.createFile(peer.resolve("0000000000000001-0000000000000001.wal"));
    assertThatThrownBy(() -> DataDirectory.check(directory, false)).hasMessageContaining("0009");
    Files.createFile(gone);
    assertThatCode(() -> DataDirectory.check(directory, false)).doesNotThrowAnyException();
  }

  @Test
  void aLinkOrAFolderWhereALogShouldBeginIsRefused() throws IOException {
    Path peer = Files.createDirectories(directory.resolve("peer"));
    Files.createDirectories(peer.resolve("lost+found"));
    assertThatCode(() -> DataDirectory.check(directory, false)).doesNotThrowAnyException();
    Path link = Files.createSymbolicLink(peer.resolve("link"), directory);
    assertThatThrownBy(() -> DataDirectory.check(directory, false)).hasMessageContaining("link");
    Files.delete(link);
    Files.createDirectories(peer.resolve("photos"));
    assertThatThrownBy(() -> DataDirectory.check(directory, false)).hasMessageContaining("photos");
  }

  @Test
  void aDirectoryWithALogOfOursIsTakenWhateverLiesBesideIt() throws IOException {
    Path peer = Files.createDirectories(directory.resolve("peer"));
    Files.createFile(peer.resolve("0000000000000001-0000000000000001.wal"));
    Files.createFile(directory.resolve("log"));
    assertThatCode(() -> DataDirectory.check(directory, false)).doesNotThrowAnyException();
  }

  @Test
  void forceDoesNotFollowALink() throws IOException {
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    Files.createSymbolicLink(directory.resolve("peer"), elsewhere);
    assertThatCode(() -> DataDirectory.check(directory, false)).doesNotThrowAnyException();
    assertThatThrownBy(() -> DataDirectory.check(directory, true))
        .hasMessageContaining("symbolic link");
  }

  @Test
  void aDirectoryThatDoesNotExistYetIsFine() {
    assertThatCode(() -> DataDirectory.check(directory.resolve("new"), false))
        .doesNotThrowAnyException();
  }
}
