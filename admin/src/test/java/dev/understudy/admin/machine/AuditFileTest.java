package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.understudy.api.access.AuditLog;
import dev.understudy.api.http.Principal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditFileTest {
  @TempDir Path directory;

  private Path file() {
    return directory.resolve("audit.log");
  }

  private AuditFile open() throws IOException {
    AuditFile audit = new AuditFile("m1", () -> 1_000);
    audit.open(file());
    return audit;
  }

  private static AuditLog.Event event(String what) {
    return new AuditLog.Event(Principal.user("joe"), "10.0.0.9", what, "done");
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
    String megabyte = "x".repeat(1 << 20);
    try (AuditFile audit = open()) {
      for (int i = 0; i < 12; i++) {
        audit.record(event(megabyte));
      }
    }
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
    AuditFile audit = new AuditFile("m1", () -> 0);
    assertThatThrownBy(() -> audit.open(directory)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> audit.open(directory.resolve("no/such")))
        .isInstanceOf(IOException.class);
  }
}
