package dev.understudy.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ApiException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class MediaTypesTest {
  private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
  private static final Pattern TYPE = Pattern.compile(TOKEN + "(/" + TOKEN + ")?");
  private static final Pattern PARAMETERS =
      Pattern.compile(
          "(\\s*;\\s*" + TOKEN + "\\s*=\\s*(" + TOKEN + "|\"([^\"\\\\\r\n]|\\\\.)*\"))*\\s*;?\\s*");

  @Property
  void theScanAgreesWithTheGrammar(@ForAll("headers") String header) {
    assertThat(scanned(header)).isEqualTo(byTheGrammar(header));
  }

  @Provide
  Arbitrary<String> headers() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "a",
            "B",
            "/",
            ";",
            "=",
            "\"",
            "\\",
            " ",
            "\t",
            "é",
            "ü",
            "*",
            ":",
            "a/b",
            ";c=d",
            ";e=\"f\"",
            "; ",
            "text/plain");
    return pieces.list().ofMaxSize(8).map(list -> String.join("", list));
  }

  private static String scanned(String header) {
    try {
      return MediaTypes.parse(header);
    } catch (ApiException e) {
      return e.error().cause();
    }
  }

  private static String byTheGrammar(String header) {
    int semicolon = header.indexOf(';');
    String type =
        (semicolon < 0 ? header : header.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    Matcher matcher = TYPE.matcher(type);
    if (!matcher.lookingAt()) {
      return "mime: no media type";
    }
    if (matcher.end() != type.length()) {
      return complaint(type, matcher);
    }
    boolean readable = semicolon < 0 || PARAMETERS.matcher(header.substring(semicolon)).matches();
    return readable ? type : "mime: invalid media parameter";
  }

  private static String complaint(String type, Matcher matcher) {
    if (matcher.group(1) != null) {
      return "mime: unexpected content after media subtype";
    }
    return type.charAt(matcher.end()) == '/'
        ? "mime: expected token after slash"
        : "mime: expected slash after first token";
  }

  @Test
  void noHeaderCostsMoreThanItsLength() {
    String longest = "a/b" + ";c=\"" + "\\\\".repeat(1_000_000) + "\" ; x";

    assertThat(Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> scanned(longest)))
        .isEqualTo("mime: invalid media parameter");
  }
}
