package dev.understudy.statemachine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.statemachine.proto.SnapshotProto;
import dev.understudy.statemachine.proto.SnapshotProto.Preamble;
import org.junit.jupiter.api.Test;

class SeatsSectionTest {
  @Test
  void seatsThatCannotBeSideBySideAreRefused() {
    assertThat(SeatsSection.read(with("a", 1, "http://h:1", "b", 2, "http://h:2")).all())
        .hasSize(2);
    assertRefused(with("a", 1, "http://h:1", "b", 1, "http://h:2"), "two seats of one member");
    assertRefused(with("a", 1, "http://h:1", "a", 2, "http://h:2"), "two seats of one name");
    assertRefused(with("a", 1, "http://h:1", "b", 2, "http://h:1"), "two seats at one peer URL");
    assertRefused(with("a", 1, "http://h:1", "b", 0, "http://h:2"), "a seat of nobody");
  }

  private static void assertRefused(Preamble preamble, String message) {
    assertThatThrownBy(() -> SeatsSection.read(preamble))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static Preamble with(
      String name, long member, String url, String other, long otherMember, String otherUrl) {
    return Preamble.newBuilder()
        .addSeats(seat(name, member, url))
        .addSeats(seat(other, otherMember, otherUrl))
        .build();
  }

  private static SnapshotProto.Seat.Builder seat(String name, long member, String url) {
    return SnapshotProto.Seat.newBuilder()
        .setName(name)
        .setMember(member)
        .setPeerUrl(url)
        .setClientUrl("http://c:1");
  }
}
