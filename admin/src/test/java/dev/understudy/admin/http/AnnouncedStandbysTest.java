package dev.understudy.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.SeatPreference;
import dev.understudy.clusterconfig.StandbyNotice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Whom a leader calls when there are seats to be had. */
class AnnouncedStandbysTest {
  private final AtomicLong now = new AtomicLong();
  private final FakeAdmin admin = new FakeAdmin();
  private final List<String> called = new ArrayList<>();
  private final Map<String, Long> lossAges = new HashMap<>();
  private final Set<String> out = new HashSet<>();
  private final StandbyRegistry registry =
      new StandbyRegistry(
          now::get,
          new AskBack((url, timeout) -> new CompletableFuture<>()),
          name -> lossAges.getOrDefault(name, Long.MAX_VALUE),
          () -> out,
          () -> SeatPreference.NONE);
  private final AnnouncedStandbys standbys = new AnnouncedStandbys(registry, admin, this::hear);

  private final Set<String> deaf = new HashSet<>();
  private final List<String> unreached = new ArrayList<>();

  private CompletableFuture<Boolean> hear(String peerUrl) {
    called.add(peerUrl);
    return deaf.contains(peerUrl)
        ? CompletableFuture.failedFuture(new IOException("nobody there"))
        : CompletableFuture.completedFuture(!peerUrl.equals("http://refuses"));
  }

  private void known(String name, int priority) {
    registry.heard(new StandbyNotice(new MachineRecord(name, "http://" + name, ""), priority));
  }

  @Test
  void theBestAreCalledAndNoMoreThanThereAreSeats() {
    known("a", 40);
    known("b", 50);
    known("c", 60);
    standbys.call(2, name -> true, unreached::add);
    assertThat(called).containsExactly("http://c", "http://b");
  }

  @Test
  void nobodyIsCalledWhoWouldBeGivenNoSeat() {
    known("never", 0);
    known("unwanted", 50);
    known("out", 50);
    out.add("out");
    known("lost", 50);
    lossAges.put("lost", 999L);
    known("late", 50);
    standbys.call(5, name -> !name.equals("unwanted"), unreached::add);
    assertThat(called).containsExactly("http://late");

    called.clear();
    lossAges.put("lost", 1_000L);
    standbys.call(5, name -> !name.equals("unwanted"), unreached::add);
    assertThat(called).as("behind all others").containsExactly("http://late", "http://lost");
  }

  @Test
  void whoHasNotHeardIsTold() {
    known("a", 90);
    known("refuses", 80);
    known("c", 70);
    deaf.add("http://a");
    assertThat(standbys.call(3, name -> true, unreached::add))
        .containsExactlyInAnyOrder("a", "refuses", "c");
    assertThat(unreached).containsExactly("a", "refuses");
  }

  @Test
  void oneThatDoesNotSyncAnyMoreIsNotCalled() {
    known("gone", 90);
    now.set(1_501);
    known("there", 50);
    standbys.call(1, name -> true, unreached::add);
    assertThat(called).containsExactly("http://there");
  }
}
