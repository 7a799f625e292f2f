package dev.understudy.standby;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.understudy.clusterconfig.fuzz.Fuzz;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class StandbyInfoFuzzTest {
  @Test
  void whatIsNoneIsRefusedAsSuch() throws IOException {
    new Fuzz(StandbyInfoFuzzTest.class, "standby-info", IllegalArgumentException.class)
        .seed(
            "{\"running\":true,\"cluster\":[{\"name\":\"m1\",\"state\":\"leader\",\"clientURL\":"
                + "\"http://a:1\",\"peerURL\":\"http://a:2\"}],\"syncInterval\":5,\"clusterId\":"
                + "\"cafe\",\"lost\":\"7\",\"replica\":\"8\"}")
        .run(input -> StandbyInfo.fromJson(new String(input, UTF_8)));
  }
}
