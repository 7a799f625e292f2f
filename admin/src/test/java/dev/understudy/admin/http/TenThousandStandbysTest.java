package dev.understudy.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.SeatOffer;
import dev.understudy.clusterconfig.StandbyNotice;
import dev.understudy.peer.ClusterAdmin;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/**
 * What the syncs of ten thousand standbys cost their leader, in virtual time: all that it does for
 * each, but for HTTP. In one interval of five seconds that may be a twentieth of a core.
 */
class TenThousandStandbysTest {
  private static final int COUNT = 10_000;
  private static final ClusterConfig CONFIG = new ClusterConfig(3, 1_800, 5);
  private static final int WARM_UP_INTERVALS = 3;
  private static final int MEASURED_INTERVALS = 4;
  private static final double MOST_CORES = 0.05;

  private final AtomicLong now = new AtomicLong();
  private final StandbyRegistry registry =
      new StandbyRegistry(
          now::get,
          new AskBack(
              (url, timeout) ->
                  CompletableFuture.completedFuture(
                      new ClusterResponse.Granted<>(Optional.empty(), url))),
          name -> Long.MAX_VALUE,
          Set::of);
  private final List<String> notices = new ArrayList<>();
  private List<MachineView> machines = seated(3);
  private final ClusterAdmin admin =
      (ClusterAdmin)
          Proxy.newProxyInstance(
              ClusterAdmin.class.getClassLoader(),
              new Class<?>[] {ClusterAdmin.class},
              (proxy, method, given) ->
                  switch (method.getName()) {
                    case "isLeader" -> true;
                    case "wantsUnderstudy" -> false;
                    case "paused" -> Set.of();
                    case "config" -> CONFIG;
                    case "machines" -> machines;
                    default -> throw new AssertionError(method);
                  });

  private static List<MachineView> seated(int count) {
    List<MachineView> all = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      all.add(new MachineView("m" + i, MachineView.State.FOLLOWER, "http://c" + i, "http://p" + i));
    }
    return all;
  }

  /** One sync of each, spread over an interval; how many of them were offered a seat. */
  private int interval() {
    int offered = 0;
    for (int i = 0; i < COUNT; i++) {
      now.addAndGet(i % 2);
      StandbyNotice notice = StandbyNotice.fromHeader(notices.get(i)).orElseThrow();
      Optional<SeatOffer> offer = registry.synced(notice, admin, "10.0.0.1").join();
      assertThat(MachineView.toJson(admin.machines())).isNotEmpty();
      offered += offer.orElseThrow() == SeatOffer.OFFERED ? 1 : 0;
    }
    return offered;
  }

  @Test
  void atRestAndWithAnOpenSeatTheyCostLittle() {
    for (int i = 0; i < COUNT; i++) {
      MachineRecord machine =
          new MachineRecord("s" + i, "http://10.1." + i / 250 + "." + i % 250 + ":2380", "");
      notices.add(new StandbyNotice(machine, 50).toHeader());
    }
    for (int i = 0; i < WARM_UP_INTERVALS; i++) {
      assertThat(interval()).isZero();
    }
    assertThat(least(() -> cores("at rest", 0))).isLessThan(MOST_CORES);

    machines = seated(2);
    assertThat(interval()).as("not counted: nothing of this way was compiled yet").isEqualTo(1);
    assertThat(least(this::coresWithAnOpenSeat)).isLessThan(2 * MOST_CORES);
    assertThat(registry.candidates(machines, CONFIG)).hasSize(COUNT);
  }

  /** Whatever else runs on this machine makes an interval dearer, and nothing makes it cheaper. */
  private static double least(DoubleSupplier cores) {
    return DoubleStream.generate(cores).limit(MEASURED_INTERVALS).min().orElseThrow();
  }

  /** Opened anew: to all it is offered once those who were offered it have not come. */
  private double coresWithAnOpenSeat() {
    machines = seated(3);
    assertThat(interval()).isZero();
    machines = seated(2);
    return cores("with an open seat", 1);
  }

  private double cores(String when, int offers) {
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    assertThat(interval()).isEqualTo(offers);
    double seconds =
        (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before)
            / (double) TimeUnit.SECONDS.toNanos(1);
    double cores = seconds / CONFIG.syncIntervalSeconds();
    System.err.printf("measured %d standbys %s: %.2f %% of a core%n", COUNT, when, 100 * cores);
    return cores;
  }
}
