package dev.understudy.peer.driver;

import dev.understudy.raft.ConfState;
import dev.understudy.transport.LogThrottle;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When each peer was last heard of, and on a leader a line in the log, now and then, about those
 * that are silent, on a follower about a leader that is late. A heartbeat that is missed now and
 * then is nothing to read about; a silence is once it has lasted for a third of an election
 * timeout.
 *
 * <p>For the driver's thread only.
 */
final class LastContacts {
  private static final Logger LOG = LoggerFactory.getLogger(LastContacts.class);
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** A machine that has just been given its seat makes its log first. */
  private static final long ARRIVAL_MILLIS = 5_000;

  private final Map<Long, Long> heardMillis = new HashMap<>();

  /** How much of the time since each was heard does not count as its silence. */
  private final Map<Long, Long> excusedMillis = new HashMap<>();

  private final Map<Long, LogThrottle> silences = new HashMap<>();
  private final LongSupplier clockMillis;
  private final LongFunction<String> names;
  private final long missedAfterMillis;
  private final long silentAfterMillis;
  private final long electionMillis;
  private final LateHeartbeats late;
  private final Set<Long> everHeard = new HashSet<>();
  private long leadingSinceMillis;
  private long checkedMillis;
  private long awakeSinceMillis;

  /**
   * @param names of members, for the log
   * @param missedAfterMillis how long a peer may be silent before a leader calls it a missed
   *     heartbeat, a detail
   * @param electionMillis the shortest election timeout; a third of it is a silence of which an
   *     operator is to know
   */
  LastContacts(
      LongSupplier clockMillis,
      LongFunction<String> names,
      long missedAfterMillis,
      long electionMillis) {
    this.clockMillis = clockMillis;
    this.names = names;
    this.missedAfterMillis = missedAfterMillis;
    this.silentAfterMillis = Math.max(missedAfterMillis, electionMillis / 3);
    this.electionMillis = electionMillis;
    this.late = new LateHeartbeats(names, electionMillis);
    this.checkedMillis = clockMillis.getAsLong();
  }

  /**
   * Takes note of a message.
   *
   * @param leader whom this peer follows; 0 for nobody
   */
  void heard(long member, long leader, long nowMillis) {
    if (member == leader) {
      late.heard(member, nowMillis);
    }
    heardMillis.put(member, nowMillis);
    excusedMillis.remove(member);
    everHeard.add(member);
    LogThrottle silence = silences.get(member);
    if (silence != null) {
      silence
          .heard()
          .ifPresent(
              notice ->
                  LOG.info(
                      "peer {} is back after {} ms",
                      names.apply(member),
                      silentAfterMillis + notice.silentMillis()));
    }
  }

  /** Silence counts from here on for those who were silent before. */
  void leadershipBegan(long nowMillis) {
    leadingSinceMillis = nowMillis;
    checkedMillis = nowMillis;
    silences.clear();
    excusedMillis.clear();
  }

  /**
   * When a member was last heard of, or this leadership began, or the member came: whichever was
   * last.
   */
  long lastHeardMillis(long member, long nowMillis) {
    return Math.max(leadingSinceMillis, heardMillis.computeIfAbsent(member, m -> nowMillis));
  }

  /**
   * How much of the time since {@link #lastHeardMillis} a member's seat is not to be lost for: what
   * passed while this leader did not run, or heard no majority. After a pause of its own in which
   * another could have been elected, all that was before it.
   */
  long excusedMillis(long member) {
    return excusedMillis.getOrDefault(member, 0L);
  }

  /** Whether any message has come from a member since it came. */
  boolean hasHeard(long member) {
    return everHeard.contains(member);
  }

  /** Forgets members that are gone; reports those that are silent. Once a tick, on a leader. */
  void check(long self, ConfState members, long nowMillis) {
    excuse(members, nowMillis - checkedMillis, self, nowMillis);
    noticeOwnPause(nowMillis);
    excusedMillis.keySet().removeIf(member -> !members.contains(member));
    everHeard.removeIf(member -> !members.contains(member));
    heardMillis.keySet().removeIf(member -> !members.contains(member));
    silences.keySet().removeIf(member -> !members.contains(member));
    for (long member : membersOf(members)) {
      long heard = Math.max(awakeSinceMillis, lastHeardMillis(member, nowMillis));
      long silentMillis = nowMillis - heard;
      if (member != self && silentMillis > toleratedMillis(member)) {
        silent(member, silentMillis);
      } else if (member != self && silentMillis > missedAfterMillis) {
        LOG.debug(
            "peer {} has missed a heartbeat: heard {} ms ago", names.apply(member), silentMillis);
      }
    }
  }

  private long toleratedMillis(long member) {
    return everHeard.contains(member) ? silentAfterMillis : ARRIVAL_MILLIS;
  }

  private void excuse(ConfState members, long passedMillis, long self, long nowMillis) {
    boolean stoodStill = passedMillis > silentAfterMillis;
    if (!stoodStill
        && hearsMajority(members.voters(), self, nowMillis)
        && hearsMajority(members.votersOutgoing(), self, nowMillis)) {
      return;
    }
    for (long member : membersOf(members)) {
      long silentMillis = nowMillis - lastHeardMillis(member, nowMillis);
      long excused =
          passedMillis > electionMillis ? silentMillis : excusedMillis(member) + passedMillis;
      excusedMillis.put(member, Math.min(silentMillis, excused));
    }
  }

  private boolean hearsMajority(List<Long> voters, long self, long nowMillis) {
    long heard =
        voters.stream()
            .filter(
                voter ->
                    voter == self
                        || nowMillis - lastHeardMillis(voter, nowMillis) <= electionMillis)
            .count();
    return voters.isEmpty() || heard >= voters.size() / 2 + 1;
  }

  /** Who was not awake to listen cannot say that others were silent. */
  private void noticeOwnPause(long nowMillis) {
    if (nowMillis - checkedMillis > missedAfterMillis) {
      awakeSinceMillis = nowMillis;
    }
    checkedMillis = nowMillis;
  }

  private static Set<Long> membersOf(ConfState state) {
    Set<Long> members = new HashSet<>(state.voters());
    members.addAll(state.votersOutgoing());
    members.addAll(state.learners());
    return members;
  }

  private void silent(long member, long silentMillis) {
    silences
        .computeIfAbsent(
            member, m -> new LogThrottle(() -> clockMillis.getAsLong() * NANOS_PER_MILLI))
        .missed()
        .ifPresent(
            notice ->
                LOG.info(
                    "peer {} is silent for {} ms ({} heartbeats missed since the last line)",
                    names.apply(member),
                    silentMillis,
                    notice.missed()));
  }
}
