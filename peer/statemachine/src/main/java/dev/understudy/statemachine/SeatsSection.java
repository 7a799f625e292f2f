package dev.understudy.statemachine;

import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.proto.SnapshotProto.Preamble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The seats in a snapshot: a few fields of its preamble. */
final class SeatsSection {
  private SeatsSection() {}

  static void write(Registry registry, Preamble.Builder preamble) {
    preamble.addAllRemoved(registry.removed().stream().sorted().toList());
    for (Seat seat : registry.all()) {
      preamble
          .addSeatsBuilder()
          .setName(seat.name())
          .setMember(seat.member())
          .setPeerUrl(seat.peerUrl())
          .setClientUrl(seat.clientUrl())
          .setIncarnationNumber(seat.incarnation().number())
          .setIncarnationNonce(seat.incarnation().nonce());
    }
  }

  static Registry read(Preamble preamble) {
    SortedMap<String, Seat> seats = new TreeMap<>();
    preamble
        .getSeatsList()
        .forEach(
            seat ->
                seats.put(
                    seat.getName(),
                    new Seat(
                        new MachineRecord(seat.getName(), seat.getPeerUrl(), seat.getClientUrl()),
                        seat.getMember(),
                        Incarnation.orNone(
                            seat.getIncarnationNumber(), seat.getIncarnationNonce()))));
    return new Registry(seats, Set.copyOf(preamble.getRemovedList()));
  }
}
