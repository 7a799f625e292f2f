package dev.understudy.api.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.fuzz.Fuzz;
import java.io.IOException;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;

/** What a request says beside its path and its form. */
class HeadersFuzzTest {
  private static final KnownHosts MACHINES =
      new KnownHosts(Set.of("m1.example"), KnownHosts.Others.OF_MACHINES);

  @Test
  void whatMakesNoSenseIsPassedOver() throws IOException {
    new Fuzz(HeadersFuzzTest.class, "headers")
        .seed("index=7&wait=16s&recurse", "m1.example", "[fe80::1]", "0af7651916cd43dd-b7ad")
        .words("index=", "wait=", "1h", "ms", "&&", ".")
        .run(
            input -> {
              String text = new String(input, ISO_8859_1);
              assertThat(BlockingTime.atMostMillis(text)).isBetween(0L, 637_500L);
              HttpFields headers = HttpFields.build().add(RequestId.HEADER, text);
              RequestId.given(headers);
              MACHINES.letIn(text, text, headers);
              Utf8.decode(input);
            });
  }
}
