package dev.understudy.testkit.swarm;

import dev.understudy.clusterconfig.Lineage;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.store.Operation;
import dev.understudy.testkit.SimulatedMachine;
import dev.understudy.transport.ForwardedProposals;
import dev.understudy.transport.PeerIdentity;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Somebody who is no member of the cluster connects to a peer, greets it as no member, and sends
 * what members send each other, in his own name or in that of one. What only a leader sends is not
 * among it: a peer that hears no leader believes a stranger, as it must while peers share no
 * secret.
 *
 * @param who to whom
 * @param removed whether he uses the id of a member that was removed, if there is one
 * @param messages how many he sends
 * @param seed of what he sends
 */
public record Stranger(Who who, boolean removed, int messages, long seed) implements Action {
  /** What he tries to write; nobody may ever find it. */
  static final String KEY = "/forged";

  private static final long NO_MEMBER = 0xdead;
  private static final URI NOWHERE = URI.create("http://stranger:2380");
  private static final long APART_MILLIS = 40;

  @Override
  public void happen(Stage stage) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < messages; i++) {
      stage.cluster().time().schedule(i * APART_MILLIS, () -> send(stage, random));
    }
  }

  private void send(Stage stage, SplittableRandom random) {
    Optional<SimulatedMachine> target = who.in(stage.cluster());
    Optional<PeerServer> peer = target.flatMap(SimulatedMachine::peer);
    if (peer.isPresent()) {
      send(target.get(), peer.get(), random);
    }
  }

  private void send(SimulatedMachine target, PeerServer peer, SplittableRandom random) {
    PeerStatus status = peer.status();
    long sender = sender(peer);
    PeerIdentity visitor =
        new PeerIdentity(
            peer.recollection().identity().clusterId(), sender, NOWHERE, Lineage.UNSTATED);
    // In a member's name, too, which his greeting gives the lie.
    long from = random.nextInt(3) == 0 ? voter(status, random) : sender;
    if (random.nextInt(9) == 0) {
      target.visited(to -> to.visit(visitor, forged(from, status)));
    } else {
      Message message = message(from, status, random);
      target.visited(to -> to.visit(visitor, message));
    }
  }

  private static long voter(PeerStatus status, SplittableRandom random) {
    List<Long> voters = List.copyOf(new TreeSet<>(status.voters()));
    return voters.isEmpty() ? NO_MEMBER : voters.get(random.nextInt(voters.size()));
  }

  private long sender(PeerServer peer) {
    return removed
        ? peer.recollection().registry().removed().stream().min(Long::compare).orElse(NO_MEMBER)
        : NO_MEMBER;
  }

  private static Message message(long from, PeerStatus target, SplittableRandom random) {
    long to = target.member();
    long term = target.term() + random.nextInt(3);
    long index = target.commit() + random.nextInt(5);
    return switch (random.nextInt(8)) {
      case 0 -> new Message.AppendResponse(from, to, term, index, false, 0, 0);
      case 1 -> new Message.VoteRequest(from, to, term, target.term(), index, true);
      case 2 -> new Message.PreVoteRequest(from, to, term, target.term(), index);
      case 3 -> new Message.VoteResponse(from, to, target.term(), true);
      case 4 -> new Message.PreVoteResponse(from, to, term, true);
      case 5 -> new Message.VoteResponse(from, to, Message.TERM_DENIED, false);
      case 6 -> new Message.HeartbeatResponse(from, to, term, 1);
      default -> new Message.TimeoutNow(from, to, term);
    };
  }

  private static ForwardedProposals forged(long from, PeerStatus target) {
    Command<?> write =
        new Command.WriteKey(new Operation.Set(KEY, false, "x", OptionalLong.empty(), false));
    byte[] bytes = CommandCodec.encode(new CommandEnvelope(from, 1, 0, write));
    return new ForwardedProposals(
        from, target.member(), target.term(), List.of(new Payload.Normal(bytes)));
  }
}
