package dev.understudy.peer.driver;

import dev.understudy.raft.ConfState;
import dev.understudy.raft.PeerProgress;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.Role;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Publishes the state of consensus. Written by the driver's thread, read by any. */
final class StatusBoard {
  /** How often what is known of the others is read while one of them waits for its vote. */
  private static final long LEARNER_REFRESH_MILLIS = 5;

  private final RaftCore core;
  private final LastContacts contacts;

  private volatile PeerStatus status;
  private volatile long quorumHeardMillis = Long.MIN_VALUE;

  private volatile Map<Long, Long> observerMatch = Map.of();

  private ConfState membership;
  private Set<Long> voters = Set.of();
  private Set<Long> learners = Set.of();
  private Map<Long, PeerStatus.Peer> peers = Map.of();
  private long refreshedMillis = Long.MIN_VALUE / 2;

  StatusBoard(RaftCore core, LastContacts contacts) {
    this.core = core;
    this.contacts = contacts;
    this.status = PeerStatus.initial(core.id());
  }

  PeerStatus status() {
    return status;
  }

  /** How far each observer of this leader has the log; empty unless this peer leads. */
  Map<Long, Long> observerMatch() {
    return observerMatch;
  }

  /**
   * Whether a quorum was in touch lately: on a leader, as many voters were heard; on a follower,
   * the leader was, which itself steps down when it hears from no quorum.
   */
  boolean quorumHeardWithin(long nowMillis, long millis) {
    return quorumHeardMillis != Long.MIN_VALUE && nowMillis - quorumHeardMillis <= millis;
  }

  /** How long ago that was; before the first time a very long while. */
  long quorumSilentMillis(long nowMillis) {
    long heard = quorumHeardMillis;
    return heard == Long.MIN_VALUE ? Integer.MAX_VALUE : Math.max(0, nowMillis - heard);
  }

  /**
   * Publishes what has changed.
   *
   * @param nowMillis monotonic time
   * @param refreshPeers whether to read what a leader knows of the others; not in every turn, but
   *     often while there are learners
   */
  void publish(long appliedIndex, long nowMillis, boolean refreshPeers) {
    boolean membershipChanged = !core.confState().equals(membership);
    if (membershipChanged) {
      rememberMembership(core.confState());
    }
    PeerStatus last = status;
    boolean roleChanged =
        last.role() != core.role() || last.term() != core.term() || last.leader() != core.leader();
    boolean awaited =
        core.role() == Role.LEADER
            && !learners.isEmpty()
            && nowMillis - refreshedMillis >= LEARNER_REFRESH_MILLIS;
    boolean refresh = refreshPeers || roleChanged || membershipChanged || awaited;
    if (refresh) {
      refreshedMillis = nowMillis;
      observerMatch = Map.of();
      peers = core.role() == Role.LEADER ? peers(nowMillis) : Map.of();
    }
    if (refresh || last.applied() != appliedIndex || last.commit() != core.commitIndex()) {
      status =
          new PeerStatus(
              core.id(),
              core.role(),
              core.term(),
              core.leader(),
              core.commitIndex(),
              appliedIndex,
              voters,
              learners,
              peers);
    }
  }

  /** Remembers how long ago a quorum was in touch; once a tick. */
  void rememberQuorum(long nowMillis) {
    if (core.role() == Role.LEADER) {
      quorumHeardMillis = Math.max(quorumHeardMillis, heardByMajority(nowMillis));
    } else if (core.leader() != 0) {
      quorumHeardMillis =
          Math.max(quorumHeardMillis, contacts.lastHeardMillis(core.leader(), nowMillis));
    }
  }

  /** The latest time since which a majority of the voters, this one included, was heard. */
  private long heardByMajority(long nowMillis) {
    long[] heard =
        voters.stream()
            .mapToLong(
                voter ->
                    voter == core.id() ? nowMillis : contacts.lastHeardMillis(voter, nowMillis))
            .sorted()
            .toArray();
    return heard.length == 0 ? Long.MIN_VALUE : heard[heard.length - (heard.length / 2 + 1)];
  }

  private void rememberMembership(ConfState state) {
    membership = state;
    SortedSet<Long> all = new TreeSet<>(state.voters());
    all.addAll(state.votersOutgoing());
    voters = Collections.unmodifiableSortedSet(all);
    learners = Collections.unmodifiableSortedSet(new TreeSet<>(state.learners()));
  }

  private Map<Long, PeerStatus.Peer> peers(long nowMillis) {
    Map<Long, PeerStatus.Peer> seen = new LinkedHashMap<>();
    Map<Long, Long> observed = new LinkedHashMap<>();
    core.status()
        .progress()
        .forEach(
            (member, progress) -> {
              if (!membership.contains(member)) {
                observed.put(member, progress.match());
                return;
              }
              seen.put(
                  member,
                  new PeerStatus.Peer(
                      progress.match(),
                      core.termAt(progress.match()),
                      Math.max(0, core.commitIndex() - progress.match()),
                      progress.state() == PeerProgress.State.REPLICATE,
                      contacts.lastHeardMillis(member, nowMillis),
                      contacts.hasHeard(member),
                      contacts.excusedMillis(member)));
            });
    observerMatch = Collections.unmodifiableMap(observed);
    return Collections.unmodifiableMap(seen);
  }
}
