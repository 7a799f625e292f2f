package dev.understudy.admin.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.CommandLine;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.cli.UsageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChildFactoryTest {
  private static final Path BASE = Path.of("/clusters/one");

  private static CliCommand parse(List<String> words) throws UsageException {
    return new CommandLine(Map.of(), () -> "h", "1").parse(words);
  }

  private static List<Child> children(String... words) throws UsageException {
    CliCommand command = parse(List.of(words));
    return ChildFactory.create(((CliCommand.RunLocalCluster) command).options(), BASE);
  }

  /** What a machine makes of the words that it is started with. */
  private static MachineOptions started(Child child) throws UsageException {
    List<String> words = List.of(child.commandLine().split(" "));
    return ((CliCommand.RunMachine) parse(words.subList(words.indexOf("--name"), words.size())))
        .options();
  }

  @Test
  void theFirstMachineFoundsTheClusterAndTheOthersAskThoseBeforeThem() throws UsageException {
    List<Child> children = children("cluster", "--machines", "3", "--base-port", "25001");
    assertThat(started(children.get(0)).peerUrls()).isEmpty();
    MachineOptions third = started(children.get(2));
    assertThat(third.name()).isEqualTo("m3");
    assertThat(third.peerUrls())
        .containsExactly("http://127.0.0.1:25002", "http://127.0.0.1:25004");
    assertThat(third.dataDirectory()).isEqualTo(BASE.resolve("m3"));
  }

  @Test
  void withTlsEveryPortShowsACertificateAndAsksForOne() throws UsageException {
    for (Child child : children("cluster", "--tls", "--machines", "3", "--base-port", "25001")) {
      assertThat(child.clientUrl()).startsWith("https://127.0.0.1:");
      MachineOptions options = started(child);
      assertThat(options.security().knowsPeers()).isTrue();
      assertThat(options.security().hasClientTls()).isTrue();
      assertThat(options.security().clients().orElseThrow().clientAuth()).isTrue();
      assertThat(options.security().allowsPlain()).isFalse();
    }
  }
}
