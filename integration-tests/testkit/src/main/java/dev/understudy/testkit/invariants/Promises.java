package dev.understudy.testkit.invariants;

import dev.understudy.peer.PeerProbe;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.raft.Entry;
import dev.understudy.raft.Message;
import java.util.HashMap;
import java.util.List;
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

  /**
   * What a member starts with.
   *
   * @param vote whom it has voted for in the term; 0 for nobody
   * @param log what it holds behind its snapshot
   * @param lastIndex of the log, or of the snapshot
   */
  record Start(long member, long term, long vote, List<Entry> log, long lastIndex) {
    Start {
      log = List.copyOf(log);
    }

    static Start of(PeerStatus status, PeerProbe peer) {
      return new Start(
          status.member(),
          status.term(),
          peer.vote(),
          peer.entries(peer.firstIndex(), peer.lastIndex() + 1),
          peer.lastIndex());
    }
  }

  /** Checks a member that has just started. */
  void checkStart(Start start) {
    Vote vote = votes.get(start.member());
    Violation.unless(
        vote == null
            || start.term() > vote.term()
            || start.term() == vote.term() && start.vote() == vote.candidate(),
        "a vote outlives its voter",
        () ->
            "%x gave %s and starts in term %d with a vote for %x"
                .formatted(start.member(), vote, start.term(), start.vote()));
    Acknowledged said = acknowledgements.get(start.member());
    Violation.unless(
        said == null || start.lastIndex() >= said.index() || !isCommitted(said),
        "what a member has acknowledged outlives it",
        () -> "%x said %s and has %d".formatted(start.member(), said, start.lastIndex()));
    checkTerms(start);
  }

  /** What a torn write has left behind may look like entries, of a term that is over. */
  private static void checkTerms(Start start) {
    for (int i = 1; i < start.log().size(); i++) {
      Entry before = start.log().get(i - 1);
      Entry next = start.log().get(i);
      Violation.unless(
          next.term() >= before.term(),
          "terms never fall in a log",
          () -> "%x starts with %s behind %s".formatted(start.member(), next.id(), before.id()));
    }
  }

  /** Of one leader there is one entry at an index; others of that index may be overwritten. */
  private boolean isCommitted(Acknowledged said) {
    Optional<Long> term = committed.termAt(said.index());
    return term.isPresent() && term.get() == said.term();
  }
}
