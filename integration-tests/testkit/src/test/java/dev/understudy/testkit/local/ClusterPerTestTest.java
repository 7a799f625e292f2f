package dev.understudy.testkit.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.junit.Understudy;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;

@Understudy(
    machines = 1,
    lifecycle = Understudy.Lifecycle.PER_TEST,
    options = "peer-heartbeat-interval=50")
class ClusterPerTestTest {
  private static final Set<Cluster> SEEN = new HashSet<>();

  @RepeatedTest(2)
  void eachTestHasAClusterOfItsOwn(Cluster cluster, Cluster same) {
    assertThat(cluster).isSameAs(same);
    assertThat(SEEN.add(cluster)).isTrue();
    assertThat(cluster.peers()).containsExactly("m1");
  }
}
