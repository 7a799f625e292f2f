package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.CommandLine;
import dev.understudy.admin.cli.UsageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessLogTest {
  private final LogLines lines = new LogLines("dev.understudy.admin.ProcessLog", Level.INFO);
  private long nowNanos = 5_000_000_000L;
  private final ProcessLog log = new ProcessLog("m1", "9.8.7", () -> nowNanos);

  @AfterEach
  void giveTheLogBack() {
    lines.close();
  }

  @Test
  void theFirstLinesSayWhatWasStarted() throws UsageException {
    List<String> args =
        List.of(
            "--name=m1",
            "--data-dir=d1",
            "--addr=10.0.0.1:2379",
            "--bind-addr=0.0.0.0:2379",
            "--peer-addr=10.0.0.1:2380",
            "--peers=10.0.0.2:2380");
    log.starts(
        ((CliCommand.RunMachine) new CommandLine(Map.of(), () -> "h", "").parse(args)).options());
    assertThat(lines.all().get(0))
        .startsWith("INFO understudy 9.8.7 starts: name m1, pid ")
        .contains(
            ", JDK " + Runtime.version(),
            "clients http://10.0.0.1:2379 (bound to 0.0.0.0:2379)",
            "peers http://10.0.0.1:2380,",
            "data directory " + Path.of("d1").toAbsolutePath());
    assertThat(lines.all().get(1))
        .contains("elections after 1000 ms", "other peers given: http://10.0.0.2:2380");
  }

  @Test
  void theLastLinesSayWhyItStoppedAndHowLongThatTook() {
    log.stops("SIGTERM or SIGINT has come");
    nowNanos += 250_000_000;
    log.ended(0);
    log.ended(1);
    assertThat(lines.all())
        .containsExactly(
            "INFO m1 stops: SIGTERM or SIGINT has come",
            "INFO m1 has stopped after 250 ms, exit code 0");
  }

  @Test
  void aFatalEndIsAnErrorWithItsReasonOnce() {
    log.fails("the disk is gone");
    log.stops("SIGTERM or SIGINT has come");
    log.ended(1);
    assertThat(lines.all())
        .containsExactly(
            "ERROR m1 ends: the disk is gone", "INFO m1 has stopped after 0 ms, exit code 1");
  }
}
