package dev.understudy.admin.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private static Change put(String path, String value) {
    return new Change.Put(new TreeNode(path, Optional.of(value), TreeNode.PERMANENT));
  }

  private static List<List<Change>> of(Change... changes) {
    return Batches.of(
        IntStream.range(0, changes.length)
            .mapToObj(i -> new SourceEvent(i + 1L, changes[i]))
            .toList());
  }

  @Test
  void changesOfUnrelatedPathsGoTogether() {
    assertThat(of(put("/a", "1"), put("/ab", "2"), put("/b/c", "3")))
        .containsExactly(List.of(put("/a", "1"), put("/ab", "2"), put("/b/c", "3")));
  }

  @Test
  void ofSeveralValuesOfAKeyTheLastIsWritten() {
    assertThat(of(put("/a", "1"), put("/b", "x"), put("/a", "2")))
        .containsExactly(List.of(put("/a", "2"), put("/b", "x")));
  }

  @Test
  void aDeletionEndsTheGroupOfWhatItConcerns() {
    Change gone = new Change.Delete("/a", true);

    assertThat(of(put("/a/b", "1"), gone, put("/a/b", "2")))
        .containsExactly(List.of(put("/a/b", "1")), List.of(gone), List.of(put("/a/b", "2")));
    assertThat(of(put("/a", "1"), new Change.Delete("/a", false), put("/a/b", "2"))).hasSize(3);
  }

  @Test
  void nothingMakesNoGroup() {
    assertThat(of()).isEmpty();
  }
}
