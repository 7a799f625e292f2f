package dev.understudy.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoundTripsTest {
  private final Traffic traffic = new Traffic();

  @Test
  void eachCountsUnderTheFirstBoundThatItDoesNotExceed() {
    traffic.setMembers(Set.of(7L, 8L));
    traffic.roundTrip(7, TimeUnit.MICROSECONDS.toNanos(100));
    traffic.roundTrip(7, TimeUnit.MICROSECONDS.toNanos(101));
    traffic.roundTrip(7, TimeUnit.SECONDS.toNanos(3));
    traffic.roundTrip(8, 1);

    RoundTrips trips = traffic.count().roundTrips().get(7L);
    assertThat(trips.counts()).hasSize(RoundTrips.BOUNDS + 1).startsWith(1L, 1L).endsWith(0L, 1L);
    assertThat(trips.totalSeconds()).isBetween(3.0002, 3.0003);
    assertThat(RoundTrips.upperBoundSeconds(RoundTrips.BOUNDS - 1)).isEqualTo(0.8192);

    traffic.setMembers(Set.of(8L));
    traffic.roundTrip(7, 1);
    assertThat(traffic.count().roundTrips()).containsOnlyKeys(8L);
  }
}
