package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.CommandLine;
import dev.understudy.admin.cli.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenPeerPortTest {
  private static final String OPEN = "--name a --peer-addr 10.0.0.1:2380 --peer-bind-addr 0.0.0.0 ";

  @TempDir Path directory;

  private static Optional<String> warning(String args) throws UsageException {
    return OpenPeerPort.warning(
        ((CliCommand.RunMachine)
                new CommandLine(Map.of(), () -> "h", "1").parse(List.of(args.strip().split(" +"))))
            .options());
  }

  @Test
  void aPortThatOthersReachWithoutProofIsWarnedOf() throws UsageException {
    assertThat(warning(OPEN).orElseThrow())
        .contains("0.0.0.0:2380", "--peer-cert-file", "--cluster-secret-file")
        .doesNotContain("\n");
    // Certificates that show who this machine is, but ask nobody else.
    assertThat(warning(OPEN + "--peer-cert-file c --peer-key-file k")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--name a", "--name a --peer-addr localhost:2380 --peer-bind-addr [::1]:2380"})
  void aPortOfThisHostAloneIsNot(String args) throws UsageException {
    assertThat(warning(args)).isEmpty();
  }

  @Test
  void aMachineThatKnowsItsPeersIsNot() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "sixteen characters");
    assertThat(warning(OPEN + "--cluster-secret-file " + secret)).isEmpty();
    assertThat(warning(OPEN + "--peer-cert-file c --peer-key-file k --peer-ca-file ca")).isEmpty();
  }
}
