package dev.understudy.raft;

import java.util.LinkedHashMap;
import java.util.Map;

/** A leader's progress for every member and observer, in ascending order of ids. */
final class ProgressTracker {
  private final RaftConfig config;
  private Progress[] sorted = new Progress[0];

  /** Who gets the log and is no member; in ascending order. */
  private long[] observers = Ids.NONE;

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
    observers = Ids.NONE;
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
    follow(outcome.membership(), outcome.fresh(), lastIndex);
  }

  /**
   * Says who gets the log besides the members. One that becomes a member begins anew as that: what
   * it has acknowledged before does not count.
   */
  void observe(long[] ids, Membership membership, long lastIndex) {
    observers = ids;
    follow(membership, Ids.NONE, lastIndex);
  }

  private void follow(Membership membership, long[] fresh, long lastIndex) {
    long[] ids = Ids.union(membership.members(), observers);
    Progress[] next = new Progress[ids.length];
    for (int i = 0; i < ids.length; i++) {
      Progress known = Ids.contains(fresh, ids[i]) ? null : get(ids[i]);
      next[i] = known == null ? newcomer(ids[i], lastIndex) : known;
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
