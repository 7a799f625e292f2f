package dev.understudy.testkit.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.client.KeysClient;
import dev.understudy.testkit.junit.Understudy;
import dev.understudy.testkit.local.Cluster;
import org.junit.jupiter.api.Test;

/** What the test of a service may look like that keeps something in a cluster. */
@Understudy(machines = 5, activeSize = 3)
class MyServiceTest {
  @Test
  void itOutlivesTheLeader(Cluster cluster) throws Exception {
    KeysClient client = KeysClient.to(cluster.clientUrls()).build();
    client.put("/a", "1");
    cluster.kill(cluster.leader());
    assertThat(client.get("/a").value()).contains("1");
  }
}
