package dev.understudy.it.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How tests start a build. Where the build has a class data archive beside it, as {@code
 * bin/understudy} uses, it is started with that, which halves what a start takes of the processor.
 */
final class JavaCommand {
  /** The build that this source belongs to. */
  static final String THIS_BUILD = System.getProperty("understudy.jar");

  static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  private static final List<String> THIS_BUILD_RUN = run();

  private JavaCommand() {}

  /** The last options of Java, with what they run. */
  static List<String> run(String jar) {
    return jar.equals(THIS_BUILD) ? THIS_BUILD_RUN : List.of("-jar", jar);
  }

  private static List<String> run() {
    Path lib = Path.of(THIS_BUILD).resolveSibling("understudy").resolve("lib");
    // Of another version or place Java would complain on standard output, and go on without it.
    return archive(lib)
        .map(
            archive ->
                List.of(
                    "-XX:SharedArchiveFile=" + archive,
                    "-Xlog:cds*=off",
                    "-jar",
                    lib.resolve("understudy.jar").toString()))
        .orElse(List.of("-jar", THIS_BUILD));
  }

  private static Optional<Path> archive(Path lib) {
    if (!Files.isDirectory(lib)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(lib)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".jsa"))
          .filter(file -> isMadeHere(file, lib))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isMadeHere(Path archive, Path lib) {
    try {
      Path place = Path.of(archive + ".place");
      return Files.exists(place)
          && Path.of(Files.readString(place).strip()).equals(lib.toRealPath())
          && archive.getFileName().toString().contains("-" + Runtime.version() + ".")
          && Files.getLastModifiedTime(archive)
                  .compareTo(Files.getLastModifiedTime(lib.resolve("understudy.jar")))
              > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
