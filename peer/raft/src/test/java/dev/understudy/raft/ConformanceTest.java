package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs data-driven scripts and compares every byte that they print, log lines included: those of
 * this module's resources, and those of a directory given by {@code -Draft.conformance=DIR} (by
 * default the etcd-io/raft data beside the checkout, if they are there).
 */
class ConformanceTest {
  private static final String PROPERTY = "raft.conformance";

  private static final Map<String, Supplier<Script>> FAMILIES =
      Map.of(
          "interaction", InteractionScript::new,
          "quorum", QuorumScript::new,
          "confchange", ConfChangeScript::new);

  @TestFactory
  Stream<DynamicTest> ownScriptsPrintWhatTheyExpect() throws IOException, URISyntaxException {
    Path directory = Path.of(ConformanceTest.class.getResource("/scripts").toURI());
    return scripts(directory);
  }

  @TestFactory
  Stream<DynamicTest> givenScriptsPrintWhatTheyExpect() throws IOException {
    Path directory = conformanceDirectory();
    return Files.isDirectory(directory) ? scripts(directory) : Stream.empty();
  }

  @Test
  void theDirectoryOfGivenScriptsIsThere() {
    Path directory = conformanceDirectory();
    if (System.getProperty(PROPERTY) == null) {
      assumeThat(directory).as("conformance data beside the checkout").isDirectory();
    }
    assertThat(directory).as("the directory given by -D" + PROPERTY).isDirectory();
  }

  @Test
  void everyDirectiveOfTheGivenScriptsIsRunAndCounted() throws IOException {
    Path directory = conformanceDirectory();
    assumeThat(directory).as("conformance data beside the checkout").isDirectory();
    ScriptCount count = new ScriptCount();
    for (Path file : files(directory)) {
      String family = family(file);
      count.add(family, run(file, FAMILIES.get(family).get()));
    }
    System.out.println("raft conformance, " + directory.toAbsolutePath().normalize());
    System.out.println(count);
    assertThat(count.total()).isPositive();
  }

  private static Path conformanceDirectory() {
    String given = System.getProperty(PROPERTY);
    if (given != null && !given.isEmpty()) {
      // Relative to where the tests run, or else to where Maven was most likely started.
      Path path = Path.of(given);
      return Files.exists(path) ? path : checkout().resolve(path);
    }
    return checkout().resolveSibling("shared").resolve("conformance").resolve("raft");
  }

  /** The outermost directory with a build file, from where the tests run. */
  private static Path checkout() {
    Path directory = Path.of("").toAbsolutePath();
    while (directory.getParent() != null
        && Files.exists(directory.getParent().resolve("pom.xml"))) {
      directory = directory.getParent();
    }
    return directory;
  }

  private static Stream<DynamicTest> scripts(Path directory) throws IOException {
    Stream.Builder<DynamicTest> tests = Stream.builder();
    for (Path file : files(directory)) {
      String family = family(file);
      tests.add(
          DynamicTest.dynamicTest(
              family + "/" + file.getFileName(), () -> run(file, FAMILIES.get(family).get())));
    }
    return tests.build();
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList();
    }
  }

  /** A file's kind shows in its directives, wherever it lies. */
  private static String family(Path file) throws IOException {
    List<ScriptCase> cases = ScriptCase.read(file);
    String first = cases.isEmpty() ? "" : cases.get(0).command();
    return switch (first) {
      case "committed", "vote" -> "quorum";
      case "simple", "enter-joint", "leave-joint" -> "confchange";
      default -> "interaction";
    };
  }

  private static List<ScriptCase> run(Path file, Script script) throws IOException {
    List<ScriptCase> cases = ScriptCase.read(file);
    for (ScriptCase each : cases) {
      String printed = script.run(each);
      if (!printed.isEmpty() && !printed.endsWith("\n")) {
        printed += "\n";
      }
      assertThat(printed)
          .as("%s:%d %s", file, each.line(), each.command())
          .isEqualTo(each.expected());
    }
    return cases;
  }
}
