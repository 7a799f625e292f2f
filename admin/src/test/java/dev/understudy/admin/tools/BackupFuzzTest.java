package dev.understudy.admin.tools;

import dev.understudy.clusterconfig.fuzz.Fuzz;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BackupFuzzTest extends ToolFixture {
  @Test
  void aBackupIsReadOrRefused() throws IOException {
    Path file = path.resolve("altered");
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    new Fuzz(BackupFuzzTest.class, "backup", IOException.class)
        .seed(backup())
        .run(
            input -> {
              Files.write(file, input);
              BackupFile.read(file).print(nowhere);
            });
  }
}
