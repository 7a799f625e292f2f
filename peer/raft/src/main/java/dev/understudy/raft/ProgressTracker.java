package dev.understudy.raft;

import java.util.LinkedHashMap;
import java.util.Map;

/** A leader's progress for every member, in ascending order of ids. */
final class ProgressTracker {
  private final RaftConfig config;
  private Progress[] sorted = new Progress[0];

  ProgressTracker(RaftConfig config) {
    this.config = config;
  }

  /** The progress in order; not to be changed. */
  Progress[] all() {
    return sorted;
  }

  /** The progress of a member; null for anybody else. */
  Progress get(long id) {
    for (Progress progress : sorted) {
      if (progress.id() == id) {
        return progress;
      }
    }
    return null;
  }

  /** Begins a leadership: nothing is known of anybody, but that the own log is the own log. */
  void reset(Membership membership, long self, long lastIndex) {
    long[] members = membership.members();
    sorted = new Progress[members.length];
    for (int i = 0; i < members.length; i++) {
      long match = members[i] == self ? lastIndex : 0;
      sorted[i] = new Progress(members[i], match, lastIndex + 1, newWindow());
    }
  }

  /**
   * Follows a change of the membership. New members count as active, so that they are not held
   * against the leader at once, and are probed at the end of the log.
   */
  void reconfigure(ConfChanger.Outcome outcome, long lastIndex) {
    long[] members = outcome.membership().members();
    Progress[] next = new Progress[members.length];
    for (int i = 0; i < members.length; i++) {
      Progress known = Ids.contains(outcome.fresh(), members[i]) ? null : get(members[i]);
      next[i] = known == null ? newcomer(members[i], lastIndex) : known;
    }
    sorted = next;
  }

  /** The index that a member has acknowledged; 0 for anybody else. */
  long match(long id) {
    Progress progress = get(id);
    return progress == null ? 0 : progress.match();
  }

  /** Pictures of all, in order. */
  Map<Long, PeerProgress> snapshot(Membership membership) {
    Map<Long, PeerProgress> pictures = new LinkedHashMap<>();
    for (Progress progress : sorted) {
      pictures.put(progress.id(), progress.snapshot(membership.isLearner(progress.id())));
    }
    return pictures;
  }

  private Progress newcomer(long id, long lastIndex) {
    Progress progress = new Progress(id, 0, Math.max(lastIndex, 1), newWindow());
    progress.setRecentActive(true);
    return progress;
  }

  private Inflights newWindow() {
    return new Inflights(config.maxInflightMsgs(), config.maxInflightBytes());
  }
}
