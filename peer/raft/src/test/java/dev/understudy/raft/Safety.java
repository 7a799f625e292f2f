package dev.understudy.raft;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Raft's five safety properties (figure 3 of the paper), watched over a whole simulated group. Each
 * check costs only as much as has changed since the last one.
 */
final class Safety {
  /** What is known of an entry: what it carries, and the term of the one before it. */
  private record Known(int payload, long prevTerm) {}

  /** A committed entry, and the term of the leader that committed it. */
  private record Committed(EntryId id, long byTerm) {}

  /** Where a leader's log ended when last seen. */
  private record Lead(long term, EntryId last) {}

  private final Map<Long, Long> leaders = new HashMap<>();
  private final Map<EntryId, Known> entries = new HashMap<>();
  private final Map<Long, Committed> committed = new HashMap<>();
  private final Map<Long, EntryId> applied = new HashMap<>();
  private final Map<Long, Long> states = new HashMap<>();
  private final Map<Long, Lead> leads = new HashMap<>();
  private final Map<Long, Long> seenCommit = new HashMap<>();
  private long maxCommitted;

  /** The highest index that anybody has known as committed. */
  long maxCommitted() {
    return maxCommitted;
  }

  /** To be called after everything that a core has done. */
  void check(RaftCore core) {
    if (core.role() == Role.LEADER) {
      checkElectionSafety(core);
      checkLeaderAppendOnly(core);
    } else {
      leads.remove(core.id());
    }
    checkCommitted(core);
    RaftLog log = core.state().log;
    require(
        log.applied() <= log.applying() && log.applying() <= log.committed(),
        "cursors in order",
        core);
  }

  private void checkElectionSafety(RaftCore core) {
    Long other = leaders.putIfAbsent(core.term(), core.id());
    require(
        other == null || other == core.id(),
        "election safety: one leader per term, not also " + other,
        core);
  }

  private void checkLeaderAppendOnly(RaftCore core) {
    RaftLog log = core.state().log;
    Lead before = leads.get(core.id());
    boolean same = before != null && before.term() == core.term();
    if (same) {
      require(
          log.lastIndex() >= before.last().index()
              && (before.last().index() + 1 < log.firstIndex() || log.matches(before.last())),
          "leader append-only",
          core);
    } else {
      checkLeaderCompleteness(core);
    }
    leads.put(core.id(), new Lead(core.term(), log.last()));
  }

  private void checkLeaderCompleteness(RaftCore core) {
    RaftLog log = core.state().log;
    for (long index = log.firstIndex(); index <= maxCommitted; index++) {
      Committed entry = committed.get(index);
      if (entry != null && entry.byTerm() < core.term()) {
        require(log.matches(entry.id()), "leader completeness: lacks " + entry, core);
      }
    }
  }

  /** Entries on their way to a disk, which follow an entry of the given term. */
  void checkLogMatching(RaftCore core, List<Entry> persisted) {
    for (Entry entry : persisted) {
      long prevTerm = core.state().log.term(entry.index() - 1);
      if (prevTerm < 0) {
        continue;
      }
      Known known = new Known(payload(entry), prevTerm);
      Known other = entries.putIfAbsent(entry.id(), known);
      require(
          other == null || other.equals(known),
          "log matching: " + entry + " after term " + prevTerm + ", elsewhere " + other,
          core);
    }
  }

  private void checkCommitted(RaftCore core) {
    RaftLog log = core.state().log;
    long commit = log.committed();
    long seen = seenCommit.getOrDefault(core.id(), commit);
    if (core.role() == Role.LEADER && commit > seen) {
      require(log.term(commit) == core.term(), "leaders commit entries of their own term", core);
    }
    seen = seenCommit.getOrDefault(core.id(), 0L);
    for (long index = Math.max(seen + 1, log.firstIndex()); index <= commit; index++) {
      EntryId id = new EntryId(log.term(index), index);
      Committed now = new Committed(id, core.term());
      Committed other = committed.putIfAbsent(index, now);
      require(
          other == null || other.id().equals(id),
          "committed entries stay: " + id + ", elsewhere " + other,
          core);
    }
    seenCommit.put(core.id(), commit);
    maxCommitted = Math.max(maxCommitted, commit);
  }

  /** A restart may know less than before. */
  void forget(long id) {
    seenCommit.remove(id);
    leads.remove(id);
  }

  /** An entry that is being applied, and the state to which it leads. */
  void checkApplied(RaftCore core, Entry entry, long state) {
    EntryId other = applied.putIfAbsent(entry.index(), entry.id());
    require(
        other == null || other.equals(entry.id()),
        "state machine safety: " + entry.id() + ", elsewhere " + other,
        core);
    checkState(core, entry.index(), state);
  }

  /** A state that stands for everything up to an index. */
  void checkState(RaftCore core, long index, long state) {
    Long other = states.putIfAbsent(index, state);
    require(other == null || other == state, "state machine safety: states at " + index, core);
  }

  static int payload(Entry entry) {
    return entry.payload() instanceof Payload.Normal normal
        ? Arrays.hashCode(normal.data())
        : entry.payload().hashCode();
  }

  private static void require(boolean condition, String property, RaftCore core) {
    if (!condition) {
      throw new AssertionError(property + " at " + core.status());
    }
  }
}
