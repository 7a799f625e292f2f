package dev.understudy.api.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.fuzz.Fuzz;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What somebody says of who they are. */
class CredentialsFuzzTest {
  @Test
  void whatMakesNoSenseIsNobodys() throws IOException {
    new Fuzz(CredentialsFuzzTest.class, "credentials")
        .seed("Basic cm9vdDp0b3A=", "Bearer root:top", "wait=1s&token=root%3Atop&index=7")
        .words("Basic ", "Bearer ", "token=", ":", "=", "Og==")
        .run(
            input -> {
              String text = new String(input, ISO_8859_1);
              Credentials.ofHeader(text, true);
              Credentials basic = Credentials.ofHeader("Basic " + text, false);
              assertThat(basic.toString()).isEqualTo(basic.user());
              Credentials.parameter(text);
              assertThat("&" + Credentials.withoutToken(text)).doesNotContain("&token=");
            });
  }
}
