package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPathTest {
  @ParameterizedTest(name = "{0} means {1}")
  @CsvSource({
    "/, /",
    "'', /",
    "., /",
    ".., /",
    "/.., /",
    "/../.., /",
    "//, /",
    "a, /a",
    "/a, /a",
    "/a/, /a",
    "/a//b, /a/b",
    "/a/./b, /a/b",
    "/a/../b, /b",
    "/a/b/../../c, /c",
    "/a/../../c, /c",
    "/a/b/.., /a",
    "/..a/b.., /..a/b..",
    "/.../.a, /.../.a",
    "/a/.., /",
    "/a/. , /a"
  })
  void pathsAreCleanedAsGoDoesIt(String path, String clean) {
    assertThat(KeyPath.clean(path)).isEqualTo(clean);
    assertThat(KeyPath.clean(clean)).isEqualTo(clean);
  }

  @Property(tries = 2000)
  void aCleanPathHasOnlyNames(
      @ForAll @Chars({'/', '.', 'a', 'b'}) @StringLength(max = 12) String path) {
    String clean = KeyPath.clean(path);
    assertThat(clean).startsWith("/");
    assertThat(KeyPath.segments(clean)).allMatch(KeyPath::isName);
    assertThat("/" + String.join("/", KeyPath.segments(clean))).isEqualTo(clean);
    assertThat(KeyPath.clean(clean)).isSameAs(clean);
  }

  @Property(tries = 2000)
  void namesAreInTheOrderOfTheirBytes(
      @ForAll
          @CharRange(from = 'a', to = 'c')
          @Chars({'\u00e9', '\uff5e', '\ue000'})
          @StringLength(max = 4)
          String left,
      @ForAll
          @CharRange(from = 'a', to = 'c')
          @Chars({'\u00e9', '\uff5e', '\ue000'})
          @StringLength(max = 4)
          String right) {
    String first = left.replace("b", "\ud83d\ude00");
    String second = right.replace("c", "\ud83d\ude01");
    int byBytes =
        Arrays.compareUnsigned(
            first.getBytes(StandardCharsets.UTF_8), second.getBytes(StandardCharsets.UTF_8));
    assertThat(Integer.signum(KeyPath.BY_UTF8.compare(first, second)))
        .isEqualTo(Integer.signum(byBytes));
  }

  @ParameterizedTest(name = "{0} beneath {1}: {2}")
  @CsvSource({
    "/foo/bar, /foo, true",
    "/foobar, /foo, false",
    "/foo, /foo, false",
    "/foo, /, true",
    "/, /, false",
    "/foo, /foo/bar, false"
  })
  void aPathIsBeneathAnotherSegmentBySegment(String path, String ancestor, boolean beneath) {
    assertThat(KeyPath.isBeneath(path, ancestor)).isEqualTo(beneath);
  }
}
