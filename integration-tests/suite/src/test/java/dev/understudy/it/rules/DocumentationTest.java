package dev.understudy.it.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation says of the code is so. */
class DocumentationTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final Path DOCS = ROOT.resolve("admin/docs");

  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");
  private static final Pattern ROUTE = Pattern.compile("Route\\.at\\(\\s*\"(/[^\"]+)\"");

  private static List<Path> filesBelow(Path directory, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(filesBelow(DOCS, ".md"));
    for (String name : List.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")) {
      pages.add(ROOT.resolve(name));
    }
    return pages;
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
        Path target = page.resolveSibling(link.group(1)).normalize();
        if (!Files.exists(target)) {
          broken.add(page + " → " + link.group(1));
        } else if (link.group(2) != null && !headings(target).contains(link.group(2))) {
          broken.add(page + " → " + link.group(1) + link.group(2));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  /** As repository browsers make anchors of them. */
  private static List<String> headings(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(line -> "#" + line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  @Test
  void everyRequestThatMachinesAnswerIsInTheReference() throws IOException {
    String reference = Files.readString(DOCS.resolve("api.md"));
    List<String> missing = new ArrayList<>();
    for (String module : List.of("peer/api", "standby", "admin")) {
      for (Path source : filesBelow(ROOT.resolve(module).resolve("src/main/java"), ".java")) {
        ROUTE
            .matcher(Files.readString(source))
            .results()
            .map(route -> route.group(1))
            .filter(route -> !reference.contains(withoutStars(route)))
            .forEach(missing::add);
      }
    }
    assertThat(missing).isEmpty();
  }

  private static String withoutStars(String route) {
    return route.replaceFirst("/\\*.*", "/");
  }

  @Test
  void everyErrorCodeIsInTheReferenceWithItsStatus() throws IOException {
    List<String> rows =
        Files.readAllLines(DOCS.resolve("api.md")).stream()
            .filter(line -> line.matches("\\| \\d{3} \\| \\d{3} \\|.*"))
            .map(line -> line.substring(2, 11))
            .toList();

    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ErrorCode.values())
                .map(code -> code.number() + " | " + code.httpStatus())
                .toList());
  }
}
