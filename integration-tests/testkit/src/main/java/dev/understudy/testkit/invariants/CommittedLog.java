package dev.understudy.testkit.invariants;

import dev.understudy.peer.PeerProbe;
import dev.understudy.raft.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The entries that peers have applied. What one has applied at an index, every other applies there
 * (Raft, figure 3: state machine safety), and every later leader has it there (leader
 * completeness).
 */
final class CommittedLog {
  private final List<Entry> entries = new ArrayList<>();
  private final ReferenceStates states;

  CommittedLog(ReferenceStates states) {
    this.states = states;
  }

  long lastIndex() {
    return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).index();
  }

  /** The term of a committed entry; empty when none is known. */
  Optional<Long> termAt(long index) {
    long place = entries.isEmpty() ? -1 : index - entries.get(0).index();
    return place < 0 || place >= entries.size()
        ? Optional.empty()
        : Optional.of(entries.get((int) place).term());
  }

  /**
   * Compares what a peer has applied since it was looked at last.
   *
   * @param checked the last index that was compared before
   * @return the last index that is compared now
   */
  long check(long member, PeerProbe peer, long checked, long applied) {
    long from = Math.max(checked + 1, peer.firstIndex());
    long to = Math.min(applied, peer.lastIndex());
    if (from > to) {
      return checked;
    }
    for (Entry entry : peer.entries(from, to + 1)) {
      check(member, entry);
    }
    return to;
  }

  private void check(long member, Entry entry) {
    if (entries.isEmpty() || entry.index() == lastIndex() + 1) {
      add(entry);
      return;
    }
    at(entry.index(), member)
        .filter(known -> !known.equals(entry))
        .ifPresent(known -> mismatch(member, known, entry));
  }

  /** The next entry that is committed. */
  void add(Entry entry) {
    entries.add(entry);
    states.apply(entry);
  }

  private Optional<Entry> at(long index, long member) {
    Violation.unless(
        index <= lastIndex(),
        "what is applied follows what was applied before",
        () -> "%x has applied %d, nobody anything behind %d".formatted(member, index, lastIndex()));
    long place = index - entries.get(0).index();
    return place < 0 ? Optional.empty() : Optional.of(entries.get((int) place));
  }

  private static void mismatch(long member, Entry known, Entry entry) {
    throw new Violation(
        "all apply the same entry at an index",
        "%x has applied %s, another %s".formatted(member, entry, known));
  }

  /** Checks the log of a peer that has just won an election. */
  void checkLeader(long member, PeerProbe peer) {
    OptionalLong last = lastIn(peer);
    if (last.isPresent()) {
      Entry mine = peer.entries(last.getAsLong(), last.getAsLong() + 1).get(0);
      at(mine.index(), member)
          .filter(known -> !known.equals(mine))
          .ifPresent(
              known -> {
                throw new Violation(
                    "a leader has every committed entry",
                    "%x leads and has %s for %s".formatted(member, mine, known));
              });
    }
  }

  /** The newest applied entry that can be looked at in a log; the rest may be on its way to it. */
  private OptionalLong lastIn(PeerProbe peer) {
    long index = Math.min(lastIndex(), peer.lastIndex());
    return index < peer.firstIndex() ? OptionalLong.empty() : OptionalLong.of(index);
  }
}
