package dev.understudy.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.admin.cli.BenchOptions.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCommandLineTest {
  private static CliCommand parse(String line) throws UsageException {
    return new CommandLine(Map.of(), () -> "host", "1").parse(List.of(line.split(" ")));
  }

  @Test
  void aWorkloadAloneHasDefaults() throws UsageException {
    BenchOptions options = ((CliCommand.Bench) parse("bench quorum-get")).options();
    assertThat(options.workload()).isEqualTo(Workload.QUORUM_GET);
    assertThat(options.label()).isEqualTo("quorum-get");
    assertThat(options.endpoints()).containsExactly(new HostPort("127.0.0.1", 2379));
    assertThat(options.connections()).isEqualTo(64);
    assertThat(options.rate()).isZero();
    assertThat(options.fillsFirst()).isTrue();
    assertThat(options.count()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void everyOptionIsRead() throws UsageException {
    BenchOptions options =
        ((CliCommand.Bench)
                parse(
                    "bench mixed --endpoints a:1,http://b:2 --label l/w --connections 3"
                        + " --value-bytes 4 --keys 5 --no-fill --put-percent 6 --warm-up 7"
                        + " --duration 8 --count 9 --rate 10 --json --html out.html"))
            .options();
    assertThat(options)
        .isEqualTo(
            new BenchOptions(
                Workload.MIXED,
                "l/w",
                List.of(new HostPort("a", 1), new HostPort("b", 2)),
                3,
                4,
                5,
                false,
                6,
                7,
                8,
                9,
                10,
                true,
                Optional.of(Path.of("out.html"))));
  }

  @Test
  void resultsAreComparedWithOrWithoutAReport() throws UsageException {
    CliCommand.CompareBenches compare =
        (CliCommand.CompareBenches) parse("bench compare a.json --html c.html b.json");
    assertThat(compare.files()).containsExactly(Path.of("a.json"), Path.of("b.json"));
    assertThat(compare.html()).contains(Path.of("c.html"));
    assertThat(((CliCommand.CompareBenches) parse("bench compare a")).html()).isEmpty();
  }

  @Test
  void helpIsPrinted() throws UsageException {
    assertThat(((CliCommand.Print) parse("bench put --help")).text())
        .contains("--endpoints", "--rate", "compare");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bench",
        "bench putt",
        "bench put --conections 3",
        "bench put --connections 0",
        "bench put --endpoints nowhere",
        "bench watch --rate 10",
        "bench compare",
        "bench compare --hmtl a b"
      })
  void whatCannotBeIsRefusedWithOneLine(String line) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOf(UsageException.class)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aMisspeltWorkloadIsAnsweredWithTheNearest() {
    assertThatThrownBy(() -> parse("bench putt")).hasMessageContaining("did you mean put?");
  }
}
