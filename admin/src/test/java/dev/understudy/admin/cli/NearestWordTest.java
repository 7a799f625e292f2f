package dev.understudy.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestWordTest {
  @ParameterizedTest
  @CsvSource({
    "nmae,      name",
    "restrt,    restart",
    "peer-adr,  peer-addr",
    "peersfile, peers-file",
    "xyz,       ",
    "frobnicate,",
  })
  void aSlipOfTheFingersIsForgivenAndNonsenseIsNot(String typed, String meant) {
    assertThat(
            NearestWord.to(
                typed, List.of("name", "peers", "peers-file", "peer-addr", "restart", "quit")))
        .isEqualTo(java.util.Optional.ofNullable(meant));
  }
}
