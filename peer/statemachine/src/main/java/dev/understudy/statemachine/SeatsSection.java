package dev.understudy.statemachine;

import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.proto.SnapshotProto;
import dev.understudy.statemachine.proto.SnapshotProto.Preamble;
import java.util.HashSet;
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
    Set<Long> removed = Set.copyOf(preamble.getRemovedList());
    Set<Long> members = new HashSet<>();
    Set<String> peerUrls = new HashSet<>();
    for (SnapshotProto.Seat seat : preamble.getSeatsList()) {
      require(seat.getMember() != 0, "a seat of nobody");
      require(members.add(seat.getMember()), "two seats of one member");
      require(peerUrls.add(seat.getPeerUrl()), "two seats at one peer URL");
      require(!removed.contains(seat.getMember()), "a seat of a removed member");
    }
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
    require(seats.size() == members.size(), "two seats of one name");
    return new Registry(seats, removed);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
