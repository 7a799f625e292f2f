package dev.understudy.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
  private static final Route.Action NOTHING = exchange -> {};

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "/a,           /a,             ''",
        "/a,           /a/,            null",
        "/a,           /ab,            null",
        "/a/**,        /a,             ''",
        "/a/**,        /a/,            /",
        "/a/**,        /a/b/c,         /b/c",
        "/a/**,        /ab,            null",
        "/a/*/check,   /a/2/check,     2",
        "/a/*/check,   /a//check,      null",
        "/a/*/check,   /a/check,       null",
        "/a/*/check,   /a/2/3/check,   null",
        "/a/*/check,   /a/2/checks,    null",
        "/a/*,         /a/b,           b",
        "/a/*,         /a/b/,          null",
        "**,           *,              *",
        "**,           /a,             /a",
      })
  void aPatternLeavesOpenWhatItsStarStandsFor(String pattern, String path, String open) {
    assertThat(Route.at(pattern).match(path)).isEqualTo(open);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "/a*", "/*a", "/a/*/b/*", "/*/**", "*", "/a**"})
  void whatIsNoPatternIsRefused(String pattern) {
    assertThatIllegalArgumentException().isThrownBy(() -> Route.at(pattern));
  }

  @Test
  void methodsAreListedInTheOrderInWhichTheyWereAdded() {
    Route route = Route.at("/a").on(NOTHING, "HEAD", "GET").on(NOTHING, "DELETE");

    assertThat(route.methods()).containsExactly("HEAD", "GET", "DELETE");
    assertThat(route).hasToString("HEAD,GET,DELETE /a");
    assertThat(Route.at("**").onAny(NOTHING)).hasToString("* **");
  }

  @Test
  void aTableIsUnambiguous() {
    Route route = Route.at("/a").on(NOTHING, "GET");

    assertThatIllegalArgumentException().isThrownBy(() -> route.on(NOTHING, "GET"));
    assertThatIllegalArgumentException().isThrownBy(() -> RouteTable.of(route, route));
    assertThatIllegalArgumentException().isThrownBy(() -> RouteTable.of(Route.at("/b")));
  }
}
