package dev.understudy.it.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * Moves the wall clocks of machines while they run, by libfaketime, which is preloaded into each
 * and reads the shift from a file once a second. Monotonic clocks stay as they are: a JVM waits by
 * them.
 */
final class FakeClock {
  private static final List<Path> LIBRARIES =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
          Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));

  private final Path library;
  private final Path directory;

  private FakeClock(Path library, Path directory) {
    this.library = library;
    this.directory = directory;
  }

  /**
   * Gives every machine that the fixture makes from now on a clock that can be moved. Ends the test
   * when the library is not installed.
   */
  static FakeClock of(Machines machines) throws IOException {
    Path library = LIBRARIES.stream().filter(Files::exists).findFirst().orElse(null);
    if (library == null) {
      Tool.missing("libfaketime is not installed (Debian: libfaketime)");
    }
    FakeClock clock =
        new FakeClock(library, Files.createDirectories(machines.directory().resolve("clocks")));
    machines.surround(clock::environment);
    return clock;
  }

  private Map<String, String> environment(String machine) {
    move(machine, 0);
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAKETIME_TIMESTAMP_FILE", shift(machine).toString(),
        "FAKETIME_CACHE_DURATION", "1",
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        // Its repair of waits by a monotonic clock makes those of a JVM return at once, for ever.
        "FAKETIME_FORCE_MONOTONIC_FIX", "0");
  }

  private Path shift(String machine) {
    return directory.resolve(machine);
  }

  /** The machine's clock shows so many seconds more than the time; they may be negative. */
  void move(MachineUnderTest machine, int seconds) {
    move(machine.name(), seconds);
  }

  private void move(String machine, int seconds) {
    try {
      Path next = directory.resolve(machine + ".next");
      Files.writeString(next, "%+d".formatted(seconds));
      Files.move(next, shift(machine), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
