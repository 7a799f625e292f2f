package dev.understudy.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/**
 * What the syncs of ten thousand standbys cost their leader, in virtual time: all that it does for
 * each, but for HTTP. One of ten thousand may not cost much more than one of a thousand. (Printed:
 * how much of a core they take together; a few per cent, a few more with an open seat.)
 */
class TenThousandStandbysTest {
  private static final int MANY = 10_000;
  private static final int FEW = 1_000;
  private static final ClusterConfig CONFIG = new ClusterConfig(3, 1_800, 5);
  private static final int ROUNDS = 5;

  /** It is four to six where each sync goes through all of them, and does next to nothing there. */
  private static final double DEARER = 2.5;

  @Test
  void aSyncOfOneOfManyCostsLittleMoreThanOfOneOfFew() {
    Standbys many = new Standbys(MANY);
    Standbys few = new Standbys(FEW);

    assertThat(dearer("at rest", () -> many.nanos(0), () -> few.nanos(0))).isLessThan(DEARER);
    assertThat(dearer("with an open seat", many::nanosWithAnOpenSeat, few::nanosWithAnOpenSeat))
        .isLessThan(DEARER);
    assertThat(many.registry.candidates(many.machines, CONFIG)).hasSize(MANY);
  }

  /**
   * How many times as much a sync takes with many. Whatever else runs on this machine makes an
   * interval dearer, and nothing makes it cheaper: so the cheapest count, of both in turn and of as
   * many syncs, since short ones may find a quiet moment.
   */
  private static double dearer(String when, DoubleSupplier many, DoubleSupplier few) {
    double ofMany = Double.MAX_VALUE;
    double ofFew = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      ofMany = Math.min(ofMany, many.getAsDouble());
      ofFew = Math.min(ofFew, DoubleStream.generate(few).limit(MANY / FEW).average().orElseThrow());
    }
    System.err.printf(
        "measured a sync %s: %.0f ns with %d standbys, %.0f ns with %d; %.2f %% of a core%n",
        when, ofMany, MANY, ofFew, FEW, 100 * ofMany * MANY / CONFIG.syncIntervalSeconds() / 1e9);
    return ofMany / ofFew;
  }

  /** So many of them, and a leader that serves nobody else. */
  private static final class Standbys {
    private final int count;
    private final AtomicLong now = new AtomicLong();
    private final StandbyRegistry registry =
        new StandbyRegistry(
            now::get, StandbyRegistryTest.everybodyAnswers(), name -> Long.MAX_VALUE, Set::of);
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

    Standbys(int count) {
      this.count = count;
      for (int i = 0; i < count; i++) {
        MachineRecord machine =
            new MachineRecord("s" + i, "http://10.1." + i / 250 + "." + i % 250 + ":2380", "");
        notices.add(new StandbyNotice(machine, 50).toHeader());
      }
    }

    private static List<MachineView> seated(int count) {
      List<MachineView> all = new ArrayList<>();
      for (int i = 1; i <= count; i++) {
        all.add(
            new MachineView("m" + i, MachineView.State.FOLLOWER, "http://c" + i, "http://p" + i));
      }
      return all;
    }

    /** One sync of each, spread over an interval; how many of them were offered a seat. */
    private int interval() {
      long begun = now.get();
      long millis = (long) (1_000 * CONFIG.syncIntervalSeconds());
      int offered = 0;
      for (int i = 0; i < count; i++) {
        now.set(begun + millis * (i + 1) / count);
        StandbyNotice notice = StandbyNotice.fromHeader(notices.get(i)).orElseThrow();
        Optional<SeatOffer> offer = registry.synced(notice, admin, "10.0.0.1").join();
        assertThat(MachineView.toJson(admin.machines())).isNotEmpty();
        offered += offer.orElseThrow() == SeatOffer.OFFERED ? 1 : 0;
      }
      return offered;
    }

    /** Opened anew: to all it is offered once those who were offered it have not come. */
    double nanosWithAnOpenSeat() {
      machines = seated(3);
      assertThat(interval()).isZero();
      machines = seated(2);
      return nanos(1);
    }

    double nanos(int offers) {
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      assertThat(interval()).isEqualTo(offers);
      long taken = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
      return (double) taken / count;
    }
  }
}
