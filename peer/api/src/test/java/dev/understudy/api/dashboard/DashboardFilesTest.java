package dev.understudy.api.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said of the page's files without a browser. */
class DashboardFilesTest {
  private static final Pattern REFERENCE =
      Pattern.compile("(?:src|href)=\"/dashboard/([^\"]+)\"|from '\\./([^']+)'");

  static Stream<String> files() {
    return DashboardPage.FILES.stream().sorted();
  }

  private static String text(String name) {
    return StandardCharsets.UTF_8.decode(DashboardFile.load(name).content()).toString();
  }

  @Test
  void everyFileThatIsThereIsNamedAndTheOtherWayRound() throws IOException, URISyntaxException {
    Path index = Path.of(DashboardPage.class.getResource("index.html").toURI());
    try (Stream<Path> there = Files.list(index.getParent())) {
      assertThat(
              there
                  .map(path -> path.getFileName().toString())
                  .filter(name -> !name.endsWith(".class")))
          .containsExactlyInAnyOrderElementsOf(DashboardPage.FILES);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatAFileRefersToIsAFileOfThePage(String name) {
    assertThat(
            REFERENCE
                .matcher(text(name))
                .results()
                .map(found -> found.group(1) == null ? found.group(2) : found.group(1)))
        .allMatch(DashboardPage.FILES::contains);
  }

  /** A policy forbids it in the browser; here it is noticed without one. */
  @ParameterizedTest
  @ValueSource(
      strings = {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("})
  void nothingIsPutInAsMarkup(String forbidden) {
    assertThat(files().filter(name -> name.endsWith(".js")).map(DashboardFilesTest::text))
        .noneMatch(script -> script.contains(forbidden));
  }

  @Test
  void nothingIsAskedOfAnotherHost() {
    assertThat(files().map(DashboardFilesTest::text).map(text -> text.replace("www.w3.org", "")))
        .noneMatch(text -> Pattern.compile("https?://[a-z]").matcher(text).find());
  }
}
