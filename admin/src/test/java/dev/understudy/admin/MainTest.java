package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.cli.LogFormat;
import dev.understudy.admin.cli.MachineOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<MachineOptions> launched = new ArrayList<>();

  private int run(MachineLauncher launcher, String... args) {
    return new Main(
            Map.of(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            launcher)
        .run(List.of(args));
  }

  private int launch(MachineOptions options) {
    launched.add(options);
    return 0;
  }

  @Test
  void aMachineIsLaunchedWithItsOptions() {
    assertThat(run(this::launch, "--name", "one")).isZero();

    assertThat(launched).singleElement().satisfies(o -> assertThat(o.name()).isEqualTo("one"));
    assertThat(out.size() + err.size()).isZero();
  }

  @Test
  void badOptionsAreOneLineOnStandardErrorAndTwo() {
    assertThat(run(this::launch, "--nmae", "one")).isEqualTo(2);

    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "understudy: unknown option --nmae, did you mean --name? (--help shows the options)"
                + NEW_LINE);
    assertThat(out.size()).isZero();
    assertThat(launched).isEmpty();
  }

  /** It is what a wrong one tells its user to ask for. */
  @Test
  void helpIsThereWhateverTheEnvironmentSays() {
    int code =
        new Main(
                Map.of("UNDERSTUDY_LOG_FORMAT", "xml"),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                this::launch)
            .run(List.of("--help"));

    assertThat(code).isZero();
    assertThat(err.size()).isZero();
  }

  @Test
  void aMachineThatCannotRunIsOneLineAndOne() {
    int code =
        run(
            options -> {
              throw new MachineLauncher.CannotRunException("port 2379 is taken");
            });

    assertThat(code).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("understudy: port 2379 is taken" + NEW_LINE);
  }

  /** The log has it as its last line, and everything there is to be JSON. */
  @Test
  void theReasonIsNoLineOfTextAmongLinesOfJson() {
    int code =
        run(
            options -> {
              throw new MachineLauncher.CannotRunException("port 2379 is taken");
            },
            "--log-format=json");
    Logging.configure(0, LogFormat.TEXT); // as it was, for whoever comes after

    assertThat(code).isEqualTo(1);
    assertThat(err.size()).isZero();
  }

  @Test
  void helpAndVersionGoToStandardOutput() {
    assertThat(run(this::launch, "--version")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("understudy ");
    assertThat(err.size()).isZero();
  }

  private static final String NEW_LINE = System.lineSeparator();
}
