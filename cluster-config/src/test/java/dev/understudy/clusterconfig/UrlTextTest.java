package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrlTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/plain/key",
        "/two words/ three",
        "/100%/%20/%2F",
        "/a+b/c++",
        "/what?wait=true",
        "/#1/a#b",
        "/a;b=c/;",
        "/a&b=c",
        "/ä/日本/😀",
        "/~user/*/it's (so)!",
        "/[::1]:2379/{}|\\^\"<>",
        "/"
      })
  void aPathIsReadAsItWas(String path) {
    URI uri = URI.create("http://host:1/v2/keys" + UrlText.escapedPath(path) + "?recursive=true");

    assertThat(uri.getPath()).isEqualTo("/v2/keys" + path);
    assertThat(uri.getRawQuery()).isEqualTo("recursive=true");
    assertThat(uri.getRawFragment()).isNull();
    assertThat(uri.getRawPath()).doesNotContain(";").doesNotContain("+");
  }

  @Test
  void aSegmentHasNoSlash() {
    assertThat(UrlText.escaped("a/b c")).isEqualTo("a%2Fb%20c");
  }

  @Test
  void aValueOfAFormIsReadAsItWas() {
    String value = "1 + 1 = 2 & 100 % ; ä";

    assertThat(URLDecoder.decode(UrlText.inForm(value), StandardCharsets.UTF_8)).isEqualTo(value);
    assertThat(UrlText.inForm(value)).doesNotContain("&").doesNotContain("=");
  }
}
