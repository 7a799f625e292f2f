package dev.understudy.transport;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link TrafficCount}; safe for many threads. */
final class Traffic {
  private static final double NANOS_PER_SECOND = 1e9;

  private final LongAdder sentMessages = new LongAdder();
  private final LongAdder sentBytes = new LongAdder();
  private final LongAdder receivedMessages = new LongAdder();
  private final LongAdder receivedBytes = new LongAdder();
  private final LongAdder droppedMessages = new LongAdder();
  private final Map<Long, RoundTrips> roundTrips = new ConcurrentHashMap<>();
  private volatile Set<Long> members = Set.of();

  void sent(long messages, long bytes) {
    sentMessages.add(messages);
    sentBytes.add(bytes);
  }

  void received(long messages, long bytes) {
    receivedMessages.add(messages);
    receivedBytes.add(bytes);
  }

  void dropped(long messages) {
    droppedMessages.add(messages);
  }

  /** One each second and stream at most; strangers, who may call themselves anything, have none. */
  void roundTrip(long member, long nanos) {
    if (!members.contains(member)) {
      return;
    }
    roundTrips.merge(
        member,
        RoundTrips.none().plus(nanos / NANOS_PER_SECOND),
        (before, one) -> before.plus(one.totalSeconds()));
  }

  /** Only of these is told how long round trips take. */
  void setMembers(Set<Long> next) {
    members = Set.copyOf(next);
    roundTrips.keySet().retainAll(next);
  }

  TrafficCount count() {
    return new TrafficCount(
        sentMessages.sum(),
        sentBytes.sum(),
        receivedMessages.sum(),
        receivedBytes.sum(),
        droppedMessages.sum(),
        roundTrips);
  }
}
