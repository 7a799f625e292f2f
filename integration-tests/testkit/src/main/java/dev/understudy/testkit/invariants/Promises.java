package dev.understudy.testkit.invariants;

import dev.understudy.peer.PeerProbe;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.raft.Message;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What members have told others of themselves, which no power cut may undo: a vote (Raft, section
 * 5.2), and that an entry is durable. A cluster has to be unlucky before a promise that was undone
 * does harm; here it shows at the next start.
 */
final class Promises {
  private record Vote(long term, long candidate) {}

  private record Acknowledged(long term, long index) {}

  private final Map<Long, Vote> votes = new HashMap<>();
  private final Map<Long, Acknowledged> acknowledgements = new HashMap<>();
  private final CommittedLog committed;

  Promises(CommittedLog committed) {
    this.committed = committed;
  }

  /** A member has sent that. */
  void sent(Message message) {
    if (message instanceof Message.VoteResponse vote && vote.granted()) {
      votes.merge(
          vote.from(),
          new Vote(vote.term(), vote.to()),
          (before, now) -> now.term() >= before.term() ? now : before);
    } else if (message instanceof Message.AppendResponse append && !append.rejected()) {
      acknowledgements.merge(
          append.from(),
          new Acknowledged(append.term(), append.index()),
          (before, now) ->
              now.term() > before.term()
                      || now.term() == before.term() && now.index() > before.index()
                  ? now
                  : before);
    }
  }

  /** Checks a member that has just started. */
  void checkStart(PeerStatus status, PeerProbe peer) {
    Vote vote = votes.get(status.member());
    Violation.unless(
        vote == null
            || status.term() > vote.term()
            || status.term() == vote.term() && peer.vote() == vote.candidate(),
        "a vote outlives its voter",
        () ->
            "%x gave %s and starts in term %d with a vote for %x"
                .formatted(status.member(), vote, status.term(), peer.vote()));
    Acknowledged said = acknowledgements.get(status.member());
    Violation.unless(
        said == null || peer.lastIndex() >= said.index() || !isCommitted(said),
        "what a member has acknowledged outlives it",
        () -> "%x said %s and has %d".formatted(status.member(), said, peer.lastIndex()));
  }

  /** Of one leader there is one entry at an index; others of that index may be overwritten. */
  private boolean isCommitted(Acknowledged said) {
    Optional<Long> term = committed.termAt(said.index());
    return term.isPresent() && term.get() == said.term();
  }
}
