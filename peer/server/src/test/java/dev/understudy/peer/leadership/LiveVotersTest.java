package dev.understudy.peer.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveVotersTest {
  private static Set<Long> ids(String text) {
    return Arrays.stream(text.split(" "))
        .filter(id -> !id.isEmpty())
        .map(Long::valueOf)
        .collect(Collectors.toUnmodifiableSet());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, true",
    "1, 1 2, false",
    "1 2, 1 2, true",
    "1 2, 1 2 3, true",
    "1, 1 2 3, false",
    "1 2, 1 2 3 4, false",
    "1 2 3, 1 2 3 4, true"
  })
  void aMajorityIsMoreThanHalf(String alive, String voters, boolean majority) {
    assertThat(new LiveVoters(ids(alive), ids(voters)).hasMajority()).isEqualTo(majority);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1 2 3, 3, false",
    "1 2, 1 2 3, 3, true",
    "1 2, 1 2 3, 2, false",
    "1 2, 1 2 3 4, 4, true",
    "1 2, 1 2 3 4, 2, false",
    "1 2, 1 2 3 4, 9, false",
    "1 2 3, 1 2 3 4, 9, true",
    "1 2, 1 2 3 4 5, 5, false",
    "1 2 3, 1 2 3 4 5, 5, true",
    "1, 1 2, 2, true"
  })
  void whoeverGoesAMajorityOfThoseWhoAreLeftMustBeAlive(
      String alive, String voters, long without, boolean majority) {
    assertThat(new LiveVoters(ids(alive), ids(voters)).hasMajorityWithout(without))
        .isEqualTo(majority);
  }
}
