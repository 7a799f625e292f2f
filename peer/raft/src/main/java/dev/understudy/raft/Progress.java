package dev.understudy.raft;

/**
 * What a leader knows about one member, and what it may send to it. {@code match < next} always.
 *
 * <p>In {@code PROBE} one message is sent at a time, to find where the logs agree; in {@code
 * REPLICATE} many, and {@code next} runs ahead of the acknowledgements; in {@code SNAPSHOT} none.
 */
final class Progress {
  private final long id;
  private final Inflights inflights;
  private PeerProgress.State state = PeerProgress.State.PROBE;
  private long match;
  private long next;
  private long sentCommit;
  private long pendingSnapshot;
  private long confirmedRound;
  private boolean paused;
  private boolean recentActive;

  Progress(long id, long match, long next, Inflights inflights) {
    this.id = id;
    this.match = match;
    this.next = next;
    this.inflights = inflights;
  }

  long id() {
    return id;
  }

  PeerProgress.State state() {
    return state;
  }

  long match() {
    return match;
  }

  long next() {
    return next;
  }

  long sentCommit() {
    return sentCommit;
  }

  long pendingSnapshot() {
    return pendingSnapshot;
  }

  Inflights inflights() {
    return inflights;
  }

  boolean recentActive() {
    return recentActive;
  }

  void setRecentActive(boolean active) {
    recentActive = active;
  }

  /** The newest round of heartbeats that the member has answered. */
  long confirmedRound() {
    return confirmedRound;
  }

  void confirmRound(long round) {
    confirmedRound = Math.max(confirmedRound, round);
  }

  /** Whether nothing may be sent at the moment. */
  boolean isPaused() {
    return state == PeerProgress.State.SNAPSHOT || paused;
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
  }

  void forgetSnapshot() {
    pendingSnapshot = 0;
  }

  /** Searches for the place where the logs agree; behind a snapshot that has been sent, if any. */
  void becomeProbe() {
    long sent = state == PeerProgress.State.SNAPSHOT ? pendingSnapshot : 0;
    reset(PeerProgress.State.PROBE);
    next = Math.max(match, sent) + 1;
    sentCommit = Math.min(sentCommit, next - 1);
  }

  /** Sends optimistically from where the logs are known to agree. */
  void becomeReplicate() {
    reset(PeerProgress.State.REPLICATE);
    next = match + 1;
  }

  /** Waits for a snapshot to arrive. */
  void becomeSnapshot(long snapshotIndex) {
    reset(PeerProgress.State.SNAPSHOT);
    pendingSnapshot = snapshotIndex;
    next = snapshotIndex + 1;
    sentCommit = snapshotIndex;
  }

  private void reset(PeerProgress.State newState) {
    paused = false;
    pendingSnapshot = 0;
    state = newState;
    inflights.reset();
  }

  /** Notes an append message with so many entries. */
  void sentEntries(int entries, long bytes) {
    if (state == PeerProgress.State.REPLICATE) {
      if (entries > 0) {
        next += entries;
        inflights.add(next - 1, bytes);
      }
      paused = inflights.full();
    } else {
      Check.that(state == PeerProgress.State.PROBE, "nothing is sent beside a snapshot");
      paused |= entries > 0;
    }
  }

  /** Notes the commit index that a message carries. */
  void sentCommit(long commit) {
    sentCommit = commit;
  }

  /**
   * Whether announcing the commit index would move the member's: it has not been sent yet, and the
   * entries sent reach beyond the commit index that was sent last.
   */
  boolean canBumpCommit(long commit) {
    return commit > sentCommit && sentCommit < next - 1;
  }

  /** Takes an acknowledgement; false if it brings nothing new. */
  boolean maybeUpdate(long index) {
    if (index <= match) {
      return false;
    }
    match = index;
    next = Math.max(next, index + 1);
    paused = false;
    return true;
  }

  /**
   * Takes a rejection; false if it is stale.
   *
   * @param rejected the index that the member refused
   * @param hint the highest index at which the logs may agree
   */
  boolean maybeDecrease(long rejected, long hint) {
    if (state == PeerProgress.State.REPLICATE) {
      if (rejected <= match) {
        return false;
      }
      next = match + 1;
    } else {
      if (next - 1 != rejected) {
        return false;
      }
      next = Math.max(Math.min(rejected, hint + 1), match + 1);
      paused = false;
    }
    sentCommit = Math.min(sentCommit, next - 1);
    return true;
  }

  /** A picture for the outside. */
  PeerProgress snapshot(boolean learner) {
    return new PeerProgress(
        state,
        match,
        next,
        learner,
        isPaused(),
        pendingSnapshot,
        recentActive,
        inflights.count(),
        inflights.full());
  }
}
