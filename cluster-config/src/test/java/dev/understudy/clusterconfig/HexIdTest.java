package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class HexIdTest {
  @Test
  void idsAreUnsignedHexWithoutLeadingZeros() {
    assertThat(HexId.text(10)).isEqualTo("a");
    assertThat(HexId.text(-1)).isEqualTo("ffffffffffffffff");
    assertThat(HexId.parse("ffffffffffffffff")).hasValue(-1);
    assertThat(HexId.parse("000A")).hasValue(10);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {"0", "0000", "x", "-1", " 1", "0x1", "10000000000000000"})
  void whatIsNoIdIsNotRead(String text) {
    assertThat(HexId.parse(text)).isEmpty();
  }
}
