package dev.understudy.admin.machine;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.understudy.admin.LogLines;
import dev.understudy.api.access.AuditLog;
import dev.understudy.api.http.Principal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditFileTest {
  @TempDir Path directory;

  private Path file() {
    return directory.resolve("audit.log");
  }

  private AuditFile open() throws IOException {
    AuditFile audit = new AuditFile("m1", () -> 1_000, System::nanoTime);
    audit.open(file(), 100_000_000);
    return audit;
  }

  private static AuditLog.Event event(String what) {
    return new AuditLog.Event(Principal.user("joe"), "10.0.0.9", what, "done", "r-1");
  }

  @Test
  void ofWhatIsAsLargeAsARequestTheBeginningIsKept() throws IOException {
    try (AuditFile audit = open()) {
      audit.record(event("x".repeat(100_000)));
    }
    assertThat(Files.size(file())).isLessThan(2_000);
  }

  @Test
  void anEventIsALineForItsOwnersEyes() throws IOException {
    try (AuditFile audit = open()) {
      audit.record(event("delete user \"\u202ex\"\n"));
    }
    List<String> lines = Files.readAllLines(file());
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).isASCII();
    JsonObject line = JsonParser.parseString(lines.get(0)).getAsJsonObject();
    assertThat(line.get("time").getAsString()).isEqualTo("1970-01-01T00:00:01Z");
    assertThat(line.get("machine").getAsString()).isEqualTo("m1");
    assertThat(line.get("user").getAsString()).isEqualTo("joe");
    assertThat(line.get("requestId").getAsString()).isEqualTo("r-1");
    assertThat(line.get("standing").getAsString()).isEqualTo("user");
    assertThat(line.get("from").getAsString()).isEqualTo("10.0.0.9");
    assertThat(line.get("what").getAsString()).isEqualTo("delete user \"\u202ex\"\n");
    assertThat(line.get("result").getAsString()).isEqualTo("done");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void whatIsThereIsGoneOnWith() throws IOException {
    try (AuditFile audit = open()) {
      audit.record(event("a"));
    }
    try (AuditFile audit = open()) {
      audit.record(event("b"));
    }
    assertThat(Files.readAllLines(file())).hasSize(2);
  }

  @Test
  void aFullFileMakesRoomForTheNextWhichIsItsOwnersAsWell() throws IOException {
    AuditFile audit = new AuditFile("m1", () -> 1_000, System::nanoTime);
    audit.open(file(), 1_000_000);
    for (int i = 0; i < 150; i++) {
      audit.record(event("x".repeat(1_000)));
    }
    audit.close();
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files)
          .hasSize(2)
          .allSatisfy(
              each ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                      .isEqualTo("rw-------"));
    }
  }

  @Test
  void whatCannotBeWrittenIsRefusedAtOnce() {
    AuditFile audit = new AuditFile("m1", () -> 0, System::nanoTime);
    assertThatThrownBy(() -> audit.open(directory, 1_000_000)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> audit.open(directory.resolve("no/such"), 1_000_000))
        .isInstanceOf(IOException.class);
  }

  @Test
  void itsFilesTogetherKeepToTheirBound() throws IOException {
    AuditFile audit = new AuditFile("m1", () -> 1_000, System::nanoTime);
    audit.open(file(), 1_000_000);
    for (int i = 0; i < 3_000; i++) {
      audit.record(event("x".repeat(1_000)));
    }
    audit.close();
    long bytes = 0;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path each : files.toList()) {
        bytes += Files.size(each);
      }
    }
    assertThat(bytes).isBetween(900_000L, 1_020_000L);
  }

  /** A device that is always full; it is tried again after 20 ms, then ever later. */
  @Test
  void aFullDiskIsWarnedOfOnceAndKeepsNobodyWaiting() {
    try (LogLines said = new LogLines(AuditFile.class.getName(), Level.INFO)) {
      AuditFile audit = new AuditFile("m1", () -> 1_000, System::nanoTime);
      audit.start(Path.of("/dev/full"), 1_000_000);
      long begin = System.nanoTime();
      for (int millis = 0; millis < 200; millis++) {
        while (System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(millis)) {
          Thread.onSpinWait();
        }
        audit.record(event("x"));
      }
      audit.close();
      assertThat(said.all())
          .singleElement()
          .asString()
          .startsWith("WARN the audit log cannot be written");
    }
  }

  /** As after somebody has made room; logback opens the file anew, and then it is another. */
  @Test
  void thatItIsWrittenAgainIsToldOnce() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/dev/full"));
    AuditFile audit = new AuditFile("m1", () -> 1_000, System::nanoTime);
    try (LogLines said = new LogLines(AuditFile.class.getName(), Level.INFO)) {
      audit.start(link, 1_000_000);
      recordUntilSaid(audit, said, "WARN the audit log cannot be written");
      Files.delete(link);
      recordUntilSaid(audit, said, "INFO the audit log is written again");
      assertThat(said.all()).hasSize(2);
    } finally {
      audit.close();
    }
    assertThat(Files.readAllLines(link)).isNotEmpty();
  }

  private static void recordUntilSaid(AuditFile audit, LogLines said, String begin) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              audit.record(event("x"));
              return said.all().stream().anyMatch(line -> line.startsWith(begin));
            });
  }
}
