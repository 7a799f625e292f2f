package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachineUrlTest {
  @ParameterizedTest
  @CsvSource({
    "http://h:1, http://h:1",
    "http://h:1/, http://h:1",
    "HTTP://H:1, http://h:1",
    "http://h:80, http://h:80",
    "https://h:443/, https://h:443",
    "http://Kv-1.Example.COM.:2380, http://kv-1.example.com:2380",
    "http://3f9a1b2c:1, http://3f9a1b2c:1",
    "http://127.0.0.1:1, http://127.0.0.1:1",
    "http://[0:0:0:0:0:0:0:1]:1, http://[::1]:1",
    "http://[::0001]:1, http://[::1]:1",
    "http://[2001:DB8:0:0:1:0:0:1]:1, http://[2001:db8::1:0:0:1]:1",
    "http://[2001:db8:0:1:1:1:1:1]:1, http://[2001:db8:0:1:1:1:1:1]:1",
    "http://[1:0:0:0:0:0:0:0]:1, http://[1::]:1",
    "http://[::ffff:10.0.0.1]:1, http://10.0.0.1:1",
  })
  void everyPlaceHasOneSpelling(String text, String normal) {
    MachineUrl url = MachineUrl.parse(text);

    assertThat(url).hasToString(normal);
    assertThat(MachineUrl.parse(normal)).isEqualTo(url);
    assertThat(MachineUrl.same(text, normal)).isTrue();
    assertThat(url.toUri().getHost()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "h:1",
        "ftp://h:1",
        "http://",
        "http://:1",
        "http://h",
        "https://h/",
        "http://h:",
        "http://h:0",
        "http://h:01",
        "http://h:99999",
        "http://h:65536",
        "http://h:+1",
        "http://h:1//",
        "http://h:1/path",
        "http://h:1?q",
        "http://h:1#f",
        "http://user:pw@h:1",
        "http://user@h:1",
        "http://0.0.0.0:1",
        "http://[::]:1",
        "http://[0:0::0]:1",
        "http://[::ffff:0.0.0.0]:1",
        "http://[::1%eth0]:1",
        "http://[127.0.0.1]:1",
        "http://[1:2:3]:1",
        "http://127.1:1",
        "http://2130706433:1",
        "http://0x7f000001:1",
        "http://256.1.1.1:1",
        "http://127.0.0.01:1",
        "http://x.1:1",
        "http://kv_1:1",
        "http://-bad:1",
        "http://bad-:1",
        "http://a..b:1",
        "http://a b:1",
        "http://h\u00e4:1",
        "http://%68:1",
        "http://h:1\n",
      })
  void whatLeadsNowhereOrIsSpeltInAnotherWayIsRefused(String text) {
    assertThatThrownBy(() -> MachineUrl.parse(text)).isInstanceOf(IllegalArgumentException.class);
    assertThat(MachineUrl.of(text)).isEmpty();
    assertThat(MachineUrl.normal(text)).isEqualTo(text);
  }

  @Test
  void whatAnOlderVersionHasStoredWithoutAPortIsStillFound() {
    assertThat(MachineUrl.ofStored("http://h/")).contains(MachineUrl.parse("http://h:80"));
    assertThat(MachineUrl.ofStored("http://h/path")).isEmpty();
    assertThat(MachineUrl.same("http://h", "http://h:80")).isTrue();
    assertThat(MachineUrl.same("nonsense", "other nonsense")).isFalse();
  }

  @Test
  void aNameWithAnUnderscoreIsRefusedWithTheWayOut() {
    assertThatThrownBy(() -> MachineUrl.parse("http://kv_1:1"))
        .hasMessageContaining("underscore", "another name or an IP address");
  }

  @Test
  void noPasswordIsRepeated() {
    assertThatThrownBy(() -> MachineUrl.parse("http://user:secret@h:1"))
        .hasMessageNotContaining("secret");
  }

  @Test
  void whatIsWrongIsSaidInWords() {
    for (String part : List.of("http://h:1?q", "http://h:1/#f")) {
      assertThatThrownBy(() -> MachineUrl.parse(part))
          .hasMessageContaining("has a query or a fragment");
    }
    assertThatThrownBy(() -> MachineUrl.parse("http://" + "h.".repeat(200) + "h:1"))
        .hasMessage("longer than 300 characters");
  }

  @Test
  void whatIsAcceptedIsWhatConnectionsCanBeMadeTo() {
    // The reason for the rule about names: java.net.URI has no host for others.
    assertThat(URI.create("http://kv_1:1").getHost()).isNull();
    assertThat(URI.create("http://x.1:1").getHost()).isNull();
  }
}
