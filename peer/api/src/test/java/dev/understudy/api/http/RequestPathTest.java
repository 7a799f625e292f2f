package dev.understudy.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {
  @ParameterizedTest
  @ValueSource(strings = {"/", "/a", "/a/", "/a/b", "/.../..b/.c", "/a./b../"})
  void aCleanPathStaysAsItIs(String path) {
    assertThat(RequestPath.isClean(path)).isTrue();
    assertThat(RequestPath.clean(path)).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource({
    "'', /",
    "a/b, /a/b",
    "//, /",
    "/a//b, /a/b",
    "/a/., /a",
    "/a/./, /a/",
    "/a/../b, /b",
    "/../../a, /a",
    "/a/b/../.., /",
    "/a/b/../../, /",
  })
  void anUncleanPathIsFoundAndCleaned(String path, String clean) {
    assertThat(RequestPath.isClean(path)).isFalse();
    assertThat(RequestPath.clean(path)).isEqualTo(clean);
    assertThat(RequestPath.isClean(clean)).isTrue();
  }

  @Test
  void escapesAreUndoneOnce() {
    assertThat(RequestPath.decode("/a%2Fb%252f+%c3%bc")).isEqualTo("/a/b%2f+ü");
    assertThat(RequestPath.decode("/plain")).isEqualTo("/plain");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/%FF", "/%FE", "/%C0%AF", "/%ED%A0%80", "/%E4%BD", "/a%80", "/%F5%80%80%80"})
  void whatIsNotUtf8IsNoPath(String path) {
    assertThat(RequestPath.decode(path)).isNull();
    assertThat(RequestPath.hasBrokenEscape(path)).isFalse();
  }

  @Test
  void theSignOfReplacementIsAPathWhenItIsSentAsSuch() {
    assertThat(RequestPath.decode("/%EF%BF%BD")).isEqualTo("/\uFFFD");
  }

  @Test
  void onlyWhatAHeaderCannotHoldIsEscapedInATarget() {
    String harmless = "http://h:1/a%20b%2Fc;p=1?x=y%26z&+=!~'<>";
    assertThat(RequestPath.escapeForHeader(harmless)).isSameAs(harmless);
    assertThat(RequestPath.escapeForHeader("/u/你?v=ü&w=\uD83C\uDFBC"))
        .isEqualTo("/u/%E4%BD%A0?v=%C3%BC&w=%F0%9F%8E%BC");
    assertThat(RequestPath.escapeForHeader("/a b\r\nX: y")).isEqualTo("/a%20b%0D%0AX:%20y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%", "/%2", "/%zz", "/a%2", "/%g0"})
  void aBrokenEscapeIsNoPath(String path) {
    assertThat(RequestPath.decode(path)).isNull();
    assertThat(RequestPath.hasBrokenEscape(path)).isTrue();
    assertThat(RequestPath.hasBrokenEscape("/a?q=" + path)).isFalse();
  }

  @Test
  void aLocationIsEscapedWhereItMustBe() {
    assertThat(RequestPath.encode("/a b<ü>&+%?#~!")).isEqualTo("/a%20b%3C%C3%BC%3E&+%25%3F%23~%21");
  }
}
