package dev.understudy.it.processes;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program of somebody else that a test drives. Where it is not installed the test is skipped and
 * says by name what is missing; where {@code UNDERSTUDY_REQUIRE_TOOLS=1} it fails instead.
 */
final class Tool {
  private final Path path;

  private Tool(Path path) {
    this.path = path;
  }

  /** What a program printed, both outputs as they came, and with what it left. */
  record Result(int exit, String printed) {}

  /**
   * Finds a program in {@code PATH}.
   *
   * @param installing how to get it, for whoever reads that it is missing
   */
  static Tool require(String program, String installing) {
    Optional<Path> found =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .map(directory -> Path.of(directory, program))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      missing(program + " is not installed (" + installing + ")");
    }
    return new Tool(found.orElseThrow());
  }

  /** The program at that place. */
  static Tool at(Path program) {
    return new Tool(program);
  }

  /** Ends the test: skipped, or failed where nothing may be missing. */
  static void missing(String what) {
    if ("1".equals(System.getenv("UNDERSTUDY_REQUIRE_TOOLS"))) {
      fail(what + ", and UNDERSTUDY_REQUIRE_TOOLS is 1");
    }
    abort(what);
  }

  Path path() {
    return path;
  }

  /**
   * Runs it in a directory and waits; one that does not end in time is killed and fails the test.
   */
  Result run(Path directory, Map<String, String> environment, int seconds, String... arguments) {
    List<String> command = new ArrayList<>(List.of(path.toString()));
    command.addAll(List.of(arguments));
    Path output = directory.resolve(path.getFileName() + ".out");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile()).redirectErrorStream(true);
    builder.redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      try {
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        String printed = Files.readString(output);
        if (!ended) {
          fail(command + " did not end within " + seconds + " s:\n" + printed);
        }
        return new Result(process.exitValue(), printed);
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
