package dev.understudy.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.tls.Tls;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportCommandLineTest {
  private static CliCommand parse(Map<String, String> environment, String... args)
      throws UsageException {
    return new CommandLine(environment, () -> "host", "1").parse(List.of(args));
  }

  @Test
  void aSourceAndATargetHaveDefaults() throws UsageException {
    assertThat(parse(Map.of(), "import", "etcd", "http://10.0.0.9:2379"))
        .isEqualTo(
            new CliCommand.ImportEtcd(
                new Endpoints(
                    List.of(new HostPort("10.0.0.9", 2379)), Tls.SYSTEM, Optional.empty()),
                new Endpoints(
                    List.of(new HostPort("127.0.0.1", 2379)), Tls.SYSTEM, Optional.empty()),
                "/",
                false,
                false,
                30));
  }

  @Test
  void eachSideHasUsersOfItsOwn() throws UsageException {
    CliCommand.ImportEtcd command =
        (CliCommand.ImportEtcd)
            parse(
                Map.of("UNDERSTUDY_PASSWORD", "new", "UNDERSTUDY_SOURCE_PASSWORD", "old"),
                "import",
                "etcd",
                "10.0.0.9:2379,10.0.0.8:2379",
                "--endpoints=10.0.0.1:2379",
                "--user=root",
                "--source-user=joe",
                "--prefix=/app/",
                "--follow",
                "--resume",
                "--compare=5");

    assertThat(command.source().addresses()).hasSize(2);
    assertThat(command.source().login()).hasValue(new Login("joe", "old"));
    assertThat(command.target().login()).hasValue(new Login("root", "new"));
    assertThat(command.prefix()).isEqualTo("/app");
    assertThat(command.follow()).isTrue();
    assertThat(command.resume()).isTrue();
    assertThat(command.compareSeconds()).isEqualTo(5);
  }

  @Test
  void aBackupIsADirectory() throws UsageException {
    assertThat(parse(Map.of(), "import", "snapshot", "etcd-data", "--resume"))
        .isInstanceOfSatisfying(
            CliCommand.ImportBackup.class,
            backup -> assertThat(backup.directory()).isEqualTo(Path.of("etcd-data")));
  }

  @ParameterizedTest
  @CsvSource({
    "import, 'needs one of etcd, snapshot'",
    "import etc, did you mean etcd",
    "import etcd, needs URL",
    "import etcd nowhere, URL",
    "import etcd h:1 --prefix app, --prefix needs the path",
    "import etcd h:1 --prefix /a/_b, not hidden",
    "import etcd h:1 --compare 0, --compare",
    "import etcd h:1 --source-cert-file x, --source-key-file need each other",
    "import snapshot, needs DIR"
  })
  void whatCannotBeIsSaid(String args, String why) {
    assertThatThrownBy(() -> parse(Map.of(), args.split(" ")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(why);
  }
}
