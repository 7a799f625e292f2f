package dev.understudy.transport;

import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link TrafficCount}; safe for many threads. */
final class Traffic {
  private final LongAdder sentMessages = new LongAdder();
  private final LongAdder sentBytes = new LongAdder();
  private final LongAdder receivedMessages = new LongAdder();
  private final LongAdder receivedBytes = new LongAdder();
  private final LongAdder droppedMessages = new LongAdder();

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

  TrafficCount count() {
    return new TrafficCount(
        sentMessages.sum(),
        sentBytes.sum(),
        receivedMessages.sum(),
        receivedBytes.sum(),
        droppedMessages.sum());
  }
}
