package dev.understudy.peer.driver;

import dev.understudy.raft.Payload;
import dev.understudy.raft.ProposeResult;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.Role;
import dev.understudy.statemachine.ClientCommands;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.transport.ForwardedProposals;
import dev.understudy.transport.LogThrottle;
import dev.understudy.transport.RejectedProposals;
import dev.understudy.transport.RejectedProposals.Reason;
import dev.understudy.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Both ends of forwarding. A follower sends its clients' commands to the leader of its term. The
 * leader proposes them in that very term, or names those that it has not taken; then the follower
 * answers its clients, or proposes the commands again in a later term.
 *
 * <p>For the driver's thread only, but {@link #refuse}.
 */
final class Forwarding {
  private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);

  private final RaftCore core;
  private final BooleanSupplier lowOnSpace;
  private final ClusterClock clock;
  private final Transport network;
  private final ClientCommands permitted;
  private final LongPredicate isMember;
  private final MemoryQuota quota;
  private final LongFunction<String> names;
  private final LogThrottle refusals;

  /**
   * @param lowOnSpace whether the log refuses new commands
   * @param permitted what members may forward
   * @param isMember who may forward
   * @param quota what there is no memory for
   * @param names of members, for the log
   * @param nanoClock monotonic time in nanoseconds
   */
  Forwarding(
      RaftCore core,
      BooleanSupplier lowOnSpace,
      ClusterClock clock,
      Transport network,
      ClientCommands permitted,
      LongPredicate isMember,
      MemoryQuota quota,
      LongFunction<String> names,
      LongSupplier nanoClock) {
    this.permitted = permitted;
    this.isMember = isMember;
    this.quota = quota;
    this.names = names;
    this.refusals = new LogThrottle(nanoClock);
    this.core = core;
    this.lowOnSpace = lowOnSpace;
    this.clock = clock;
    this.network = network;
  }

  // ---- the follower's end

  /** Sends proposals to the leader of the present term. They may get lost on the way. */
  void send(long leader, List<Payload> payloads) {
    network.forward(new ForwardedProposals(core.id(), leader, core.term(), payloads));
  }

  // ---- the leader's end

  /** In any other term than the one it was sent for, a forwarded command is not taken. */
  void take(ForwardedProposals proposals) {
    if (proposals.payloads().isEmpty()) {
      // No peer of ours sends that; and the core takes no batch of nothing.
      return;
    }
    if (core.role() != Role.LEADER || core.term() != proposals.term()) {
      refuse(proposals, Reason.NOT_LEADING);
    } else if (lowOnSpace.getAsBoolean()) {
      refuse(proposals, Reason.NO_SPACE);
    } else if (!isMember.test(proposals.from())) {
      // A leader knows every member.
      report(proposals, "no member");
      refuse(proposals, Reason.INVALID);
    } else {
      takeChecked(proposals);
    }
  }

  private void takeChecked(ForwardedProposals proposals) {
    List<Payload> sound = new ArrayList<>(proposals.payloads().size());
    List<Payload> others = new ArrayList<>();
    for (Payload payload : proposals.payloads()) {
      Optional<String> problem = problem(payload);
      if (problem.isPresent()) {
        report(proposals, problem.get());
        others.add(payload);
      } else {
        sound.add(payload);
      }
    }
    if (!others.isEmpty()) {
      refuse(only(others, proposals), Reason.INVALID);
    }
    quota.shortage().ifPresent(reason -> refuseGrowing(sound, reason, proposals));
    if (!sound.isEmpty()) {
      reasonNotTaken(core.propose(stamped(sound)))
          .ifPresent(reason -> refuse(only(sound, proposals), reason));
    }
  }

  /** A change of the membership begins at the leader, and so does an empty entry. */
  private Optional<String> problem(Payload payload) {
    return payload instanceof Payload.Normal normal
        ? permitted.problem(normal.data())
        : Optional.of("a change of the membership");
  }

  private void refuseGrowing(List<Payload> sound, Reason reason, ForwardedProposals of) {
    List<Payload> growing =
        sound.stream()
            .filter(payload -> quota.takesMemory(((Payload.Normal) payload).data()))
            .toList();
    if (!growing.isEmpty()) {
      sound.removeAll(growing);
      refuse(only(growing, of), reason);
    }
  }

  private static ForwardedProposals only(List<Payload> some, ForwardedProposals of) {
    return new ForwardedProposals(of.from(), of.to(), of.term(), some);
  }

  private void report(ForwardedProposals proposals, String problem) {
    refusals
        .missed()
        .ifPresent(
            notice ->
                LOG.warn(
                    "refused what {} has forwarded: {} ({} refused since the last line)",
                    names.apply(proposals.from()),
                    problem,
                    notice.missed()));
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
    return payload instanceof Payload.Normal normal
        ? new Payload.Normal(CommandCodec.stamped(normal.data(), time))
        : payload;
  }

  /**
   * Answers the sender that nothing of a message was taken, nor will be; only for what the core has
   * not seen. From any thread.
   */
  void refuse(ForwardedProposals proposals, Reason reason) {
    long proposer = 0;
    List<Long> sequences = new ArrayList<>(proposals.payloads().size());
    for (Payload payload : proposals.payloads()) {
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
              proposals.to(), proposals.from(), proposals.term(), reason, proposer, sequences));
    }
  }
}
