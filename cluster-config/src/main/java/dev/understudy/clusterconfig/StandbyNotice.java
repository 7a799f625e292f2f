package dev.understudy.clusterconfig;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A standby makes itself known to a peer with every sync, so that the leader knows whom it could
 * give a seat. Travels in the header {@link #HEADER} of {@code GET /v2/admin/machines}; peers that
 * do not know the header answer as ever.
 *
 * @param machine who it is
 * @param seatPriority 0 to 100; the highest is offered a seat first, 0 never takes one by itself
 */
public record StandbyNotice(MachineRecord machine, int seatPriority) {
  /** The name of the header: {@code name=…&raft=…&etcd=…&priority=…}, percent-encoded. */
  public static final String HEADER = "X-Understudy-Standby";

  public StandbyNotice {
    Objects.requireNonNull(machine);
    if (seatPriority < 0 || seatPriority > 100) {
      throw new IllegalArgumentException("seat priority is not within 0 to 100: " + seatPriority);
    }
  }

  /** The value of the header. */
  public String toHeader() {
    return "name="
        + MachineRecord.encoded(machine.name())
        + "&"
        + machine.toValue()
        + "&priority="
        + seatPriority;
  }

  /** Reads the value of the header; empty when it is anything else. */
  public static Optional<StandbyNotice> fromHeader(String value) {
    String name = MachineRecord.field(value, "name");
    OptionalInt priority = priority(MachineRecord.field(value, "priority"));
    if (priority.isEmpty()) {
      return Optional.empty();
    }
    if (!MachineRecord.isValidName(name)) {
      return Optional.empty();
    }
    return MachineRecord.fromValue(name, value)
        .flatMap(MachineRecord::normal)
        .map(machine -> new StandbyNotice(machine, priority.getAsInt()));
  }

  private static OptionalInt priority(String text) {
    return text.matches("\\d{1,2}|100")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }
}
