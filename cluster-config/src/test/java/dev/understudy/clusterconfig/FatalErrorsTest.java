package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FatalErrorsTest {
  @AfterEach
  void forget() {
    FatalErrors.endWith(error -> {});
  }

  @Test
  void exhaustionEndsTheProcessHoweverItIsWrapped() {
    List<Throwable> ends = new ArrayList<>();
    FatalErrors.endWith(ends::add);
    Throwable memory = new OutOfMemoryError("heap");
    Throwable wrapped = new CompletionException(new IllegalStateException(memory));
    FatalErrors.check(memory);
    FatalErrors.check(wrapped);
    FatalErrors.check(new InternalError());
    assertThat(ends).hasSize(3).startsWith(memory, wrapped);
  }

  @Test
  void bugsOfOneRequestDoNot() {
    assertThat(FatalErrors.isFatal(new StackOverflowError())).isFalse();
    assertThat(FatalErrors.isFatal(new AssertionError())).isFalse();
    assertThat(FatalErrors.isFatal(new IllegalStateException())).isFalse();
    assertThat(FatalErrors.isFatal(null)).isFalse();
  }
}
