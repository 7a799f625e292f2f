package dev.understudy.peer.driver;

import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.raft.ProposeResult;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.Role;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.transport.RejectedProposals;
import dev.understudy.transport.RejectedProposals.Reason;
import dev.understudy.transport.Transport;
import dev.understudy.wal.Wal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The leader's end of forwarding: commands of other peers go into the log, or their peer is told
 * that they do not.
 *
 * <p>For the driver's thread only, but {@link #refuse}.
 */
final class ForwardedCommands {
  private final RaftCore core;
  private final Wal wal;
  private final ClusterClock clock;
  private final Transport network;

  ForwardedCommands(RaftCore core, Wal wal, ClusterClock clock, Transport network) {
    this.core = core;
    this.wal = wal;
    this.clock = clock;
    this.network = network;
  }

  /** In any other term than the one it was sent for, a forwarded command is not taken. */
  void take(Message.Propose propose) {
    if (propose.payloads().isEmpty()) {
      // No peer of ours sends that; and the core takes no batch of nothing.
      return;
    }
    if (core.role() != Role.LEADER || core.term() != propose.term()) {
      refuse(propose, Reason.NOT_LEADING);
    } else if (wal.lowOnSpace()) {
      refuse(propose, Reason.NO_SPACE);
    } else {
      reasonNotTaken(core.propose(stamped(propose.payloads())))
          .ifPresent(reason -> refuse(propose, reason));
    }
  }

  /** Empty when something has come into the log: then nothing may be said to be in none. */
  private static Optional<Reason> reasonNotTaken(ProposeResult result) {
    if (result instanceof ProposeResult.Accepted || result instanceof ProposeResult.Refused) {
      return Optional.empty();
    }
    return Optional.of(
        result instanceof ProposeResult.Overloaded ? Reason.OVERLOADED : Reason.NOT_LEADING);
  }

  private List<Payload> stamped(List<Payload> payloads) {
    long time = clock.stamp();
    return payloads.stream().map(payload -> stamped(payload, time)).toList();
  }

  private static Payload stamped(Payload payload, long time) {
    return payload instanceof Payload.Normal normal && normal.data().length > 0
        ? new Payload.Normal(CommandCodec.stamped(normal.data(), time))
        : payload;
  }

  /**
   * Tells the sender that nothing of a message was taken, nor will be: to be called only when the
   * core has not seen it. From any thread.
   */
  void refuse(Message.Propose propose, Reason reason) {
    long proposer = 0;
    List<Long> sequences = new ArrayList<>(propose.payloads().size());
    for (Payload payload : propose.payloads()) {
      Optional<CommandCodec.Origin> origin =
          payload instanceof Payload.Normal normal
              ? CommandCodec.origin(normal.data())
              : Optional.empty();
      if (origin.isPresent()) {
        // All of a message are of one life of one peer.
        proposer = origin.get().proposer();
        sequences.add(origin.get().sequence());
      }
    }
    if (!sequences.isEmpty()) {
      network.refuse(
          new RejectedProposals(
              propose.to(), propose.from(), propose.term(), reason, proposer, sequences));
    }
  }
}
