package dev.understudy.clusterconfig;

import static java.util.stream.Collectors.joining;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A standby makes itself known to a peer with every sync, so that the leader knows whom it could
 * give a seat. Travels in the header {@link #HEADER} of {@code GET /v2/admin/machines}; peers that
 * do not know the header answer as ever.
 *
 * @param machine who it is
 * @param traits what it says of itself; its seat priority is always among it
 * @param replica what it holds of the cluster's data, if it wants to hold them
 */
public record StandbyNotice(
    MachineRecord machine, MachineTraits traits, Optional<ReplicaRequest> replica) {
  /**
   * The name of the header: {@code name=…&raft=…&etcd=…}, percent-encoded, the traits, and {@code
   * replica=<id in hex>&last=…} of one that wants the data.
   */
  public static final String HEADER = "X-Understudy-Standby";

  public StandbyNotice {
    Objects.requireNonNull(machine);
    Objects.requireNonNull(replica);
    if (traits.seatPriority().isEmpty()) {
      throw new IllegalArgumentException("a standby states its seat priority");
    }
  }

  /** A standby that wants no data. */
  public StandbyNotice(MachineRecord machine, MachineTraits traits) {
    this(machine, traits, Optional.empty());
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
    return new StandbyNotice(
        machine, MachineTraits.of(traits.version(), priority, traits.zone()), replica);
  }

  /** The same of a standby that wants the data, or does not. */
  public StandbyNotice with(Optional<ReplicaRequest> wanted) {
    return new StandbyNotice(machine, traits, wanted);
  }

  /** The value of the header. */
  public String toHeader() {
    return "name="
        + UrlText.inForm(machine.name())
        + "&"
        + machine.toValue()
        + "&"
        + traits.toHeader()
        + replica
            .map(
                held ->
                    "&replica="
                        + HexId.text(held.memberId())
                        + held.lastIndex().stream().mapToObj(i -> "&last=" + i).collect(joining()))
            .orElse("");
  }

  private static Optional<ReplicaRequest> replicaIn(String value) {
    String id = MachineRecord.field(value, "replica");
    String last = MachineRecord.field(value, "last");
    return id.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ReplicaRequest(
                HexId.parse(id).orElse(0),
                last.matches("\\d{1,18}")
                    ? OptionalLong.of(Long.parseLong(last))
                    : OptionalLong.empty()));
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
        .map(machine -> new StandbyNotice(machine, traits, replicaIn(value)));
  }
}
