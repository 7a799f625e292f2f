package dev.understudy.it.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.CommandLine;
import dev.understudy.admin.cli.UsageException;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.it.pages.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation says of the code is so. */
class DocumentationTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final Path DOCS = ROOT.resolve("admin/docs");

  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");

  /** Within a sentence. */
  private static final Pattern CODE = Pattern.compile("(?<!`)`([^`]+)`(?!`)");

  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z0-9-]*[a-z0-9]");
  private static final Pattern NAMED_COMMAND = Pattern.compile("understudy ((?:[a-z-]+ ?){1,3})");

  /** Of etcd, and of curl. */
  private static final Set<String> OPTIONS_OF_OTHERS = Set.of("--enable-v2");

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

  /** Commands of ours, wherever the program lies, without what stands for the rest of them. */
  private static List<String> wordsOf(String command) {
    String words =
        command
            .replaceFirst("^(bin/understudy|understudy|java -jar \\S*understudy\\.jar) ", "")
            .replace("…", "")
            .replace("'", "");
    return List.of(words.strip().split("\\s+"));
  }

  @Test
  void everyCommandOfOursIsOneThatThisProgramTakes() throws IOException {
    List<String> refused = new ArrayList<>();
    int count = 0;
    for (Path page : Pages.all()) {
      for (Pages.Command command : Pages.commands(page)) {
        for (String part : command.text().split(" && ")) {
          if (part.matches("(bin/understudy|understudy|java -jar \\S*understudy\\.jar) .*")) {
            count++;
            parse(wordsOf(part)).ifPresent(why -> refused.add(page + ": " + part + ": " + why));
          }
        }
      }
    }
    assertThat(count).isGreaterThan(25);
    assertThat(refused).isEmpty();
  }

  private static Optional<String> parse(List<String> words) {
    try {
      CliCommand read = new CommandLine(Map.of(), () -> "host", "1").parse(words);
      assertThat(read).isNotNull();
      return Optional.empty();
    } catch (UsageException e) {
      return Optional.of(e.getMessage());
    }
  }

  @Test
  void everyCommandAndOptionThatTheTextNamesExists() throws Exception {
    CliCommand completion =
        new CommandLine(Map.of(), () -> "host", "1").parse(List.of("completion", "bash"));
    Set<String> known = new HashSet<>(OPTIONS_OF_OTHERS);
    OPTION
        .matcher(((CliCommand.Print) completion).text())
        .results()
        .map(MatchResult::group)
        .forEach(known::add);
    List<String> unknown = new ArrayList<>();
    for (Path page : Pages.all()) {
      for (MatchResult code : CODE.matcher(Files.readString(page)).results().toList()) {
        OPTION
            .matcher(code.group(1))
            .results()
            .map(MatchResult::group)
            .filter(option -> !known.contains(option))
            .forEach(option -> unknown.add(page + ": " + option));
        Matcher command = NAMED_COMMAND.matcher(code.group(1).replaceAll("\\s+", " "));
        if (command.lookingAt()) {
          List<String> words = new ArrayList<>(List.of(command.group(1).strip().split(" ")));
          words.add("--help");
          parse(words).ifPresent(why -> unknown.add(page + ": " + code.group() + ": " + why));
        }
      }
    }
    assertThat(unknown).isEmpty();
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
