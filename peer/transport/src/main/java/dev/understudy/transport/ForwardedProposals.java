package dev.understudy.transport;

import dev.understudy.raft.Payload;
import java.util.List;

/**
 * Proposals that a follower's driver sends to the leader of its term. No business of consensus: the
 * leader's driver proposes them as its own, in that term only, or answers with {@link
 * RejectedProposals}.
 *
 * <p>On the wire it is a {@code Propose}, as in every release so far.
 *
 * @param from the member whose clients made the proposals
 * @param to the member that leads in that term, as far as the sender knows
 * @param term the only term in which they may be taken into the log
 * @param payloads what to append, in order
 */
public record ForwardedProposals(long from, long to, long term, List<Payload> payloads)
    implements PeerMessage {
  public ForwardedProposals {
    payloads = List.copyOf(payloads);
  }
}
