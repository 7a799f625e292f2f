package dev.understudy.transport;

import java.util.Map;

/**
 * How much went over the streams between peers since the network started. Snapshots count in bytes
 * only.
 *
 * @param sentMessages messages written to a stream
 * @param sentBytes bytes written, without the framing of WebSocket and HTTP
 * @param receivedMessages messages that arrived and could be read
 * @param receivedBytes bytes that arrived, without the framing of WebSocket and HTTP
 * @param droppedMessages messages that had no way to go, or no place in the queue
 * @param roundTrips of pings, by member
 */
public record TrafficCount(
    long sentMessages,
    long sentBytes,
    long receivedMessages,
    long receivedBytes,
    long droppedMessages,
    Map<Long, RoundTrips> roundTrips) {
  public TrafficCount {
    roundTrips = Map.copyOf(roundTrips);
  }
}
