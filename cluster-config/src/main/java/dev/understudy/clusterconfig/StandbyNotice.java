package dev.understudy.clusterconfig;

import java.util.Objects;
import java.util.Optional;

/**
 * A standby makes itself known to a peer with every sync, so that the leader knows whom it could
 * give a seat. Travels in the header {@link #HEADER} of {@code GET /v2/admin/machines}; peers that
 * do not know the header answer as ever.
 *
 * @param machine who it is
 * @param traits what it says of itself; its seat priority is always among it
 */
public record StandbyNotice(MachineRecord machine, MachineTraits traits) {
  /** The name of the header: {@code name=…&raft=…&etcd=…}, percent-encoded, and the traits. */
  public static final String HEADER = "X-Understudy-Standby";

  public StandbyNotice {
    Objects.requireNonNull(machine);
    if (traits.seatPriority().isEmpty()) {
      throw new IllegalArgumentException("a standby states its seat priority");
    }
  }

  /** A standby that states its seat priority alone. */
  public StandbyNotice(MachineRecord machine, int seatPriority) {
    this(machine, MachineTraits.of("", seatPriority, ""));
  }

  /** 0 to 100; the highest is offered a seat first, 0 never takes one by itself. */
  public int seatPriority() {
    return traits.priority();
  }

  /** The same with another seat priority. */
  public StandbyNotice withSeatPriority(int priority) {
    return new StandbyNotice(machine, MachineTraits.of(traits.version(), priority, traits.zone()));
  }

  /** The value of the header. */
  public String toHeader() {
    return "name="
        + MachineRecord.encoded(machine.name())
        + "&"
        + machine.toValue()
        + "&"
        + traits.toHeader();
  }

  /** Reads the value of the header; empty when it is anything else. */
  public static Optional<StandbyNotice> fromHeader(String value) {
    String name = MachineRecord.field(value, "name");
    MachineTraits traits = MachineTraits.fromHeader(value);
    if (traits.seatPriority().isEmpty() || !MachineRecord.isValidName(name)) {
      return Optional.empty();
    }
    return MachineRecord.fromValue(name, value)
        .flatMap(MachineRecord::normal)
        .map(machine -> new StandbyNotice(machine, traits));
  }
}
