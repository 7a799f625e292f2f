package dev.understudy.admin.cli;

import dev.understudy.admin.cli.MachineOptions.Limits;
import java.util.OptionalInt;

/** Reads how much a machine uses at most, and how much others may use of it. */
final class LimitOptions {
  /** A day, which no session's time to live may exceed. */
  private static final int LONGEST_TTL_SECONDS = 86_400;

  /** What is longer serves nobody but who holds connections. */
  private static final double LONGEST_SECONDS = 3_600;

  private static final double SHORTEST_SECONDS = 0.1;

  /** The longest key, of 8 KiB, has to fit with some headers beside it. */
  private static final int MIN_HEADER_BYTES = 9 << 10;

  private static final int MAX_HEADER_BYTES = 1 << 20;
  private static final int MIN_BODY_BYTES = 1_024;

  /** Several of these fit into a frame between peers. */
  private static final int MAX_BODY_BYTES = 16 << 20;

  /** A body, the value in it, and the command that is made of them are there at once. */
  private static final int COPIES = 3;

  /** The queue is made as long at the start. */
  private static final int MOST_PENDING_WRITES = 1 << 20;

  private LimitOptions() {}

  static Limits read(GivenOptions given) throws UsageException {
    Limits usual = Limits.ofHeap(Runtime.getRuntime().maxMemory());
    Limits limits =
        new Limits(
            count(given, Flag.MAX_CONNECTIONS),
            bytes(given, Flag.QUOTA_BYTES, usual.treeBytes()),
            bytes(given, Flag.LOG_MEMORY_BYTES, usual.logBytes()),
            bytes(given, Flag.REQUEST_MEMORY_BYTES, usual.requestBytes()),
            bytes(given, Flag.ANSWER_MEMORY_BYTES, usual.answerBytes()),
            bytes(given, Flag.WATCH_MEMORY_BYTES, usual.watchBytes()),
            1_000L
                * whole(
                    given,
                    Flag.SESSION_TTL_MIN,
                    Limits.MIN_SESSION_TTL_SECONDS,
                    1,
                    LONGEST_TTL_SECONDS),
            ports(given),
            requests(given));
    int body = limits.requests().bodyBytes();
    if (limits.requestBytes() < (long) COPIES * body) {
      throw new UsageException(
          Flag.REQUEST_MEMORY_BYTES
              + " has to hold "
              + COPIES
              + " bodies of the largest size: "
              + limits.requestBytes()
              + " is too little for "
              + Flag.MAX_REQUEST_BYTES
              + " "
              + body);
    }
    return limits;
  }

  private static PortLimits ports(GivenOptions given) throws UsageException {
    PortLimits usual = PortLimits.DEFAULT;
    return new PortLimits(
        count(given, Flag.MAX_PEER_CONNECTIONS),
        count(given, Flag.MAX_CONNECTIONS_PER_ADDRESS),
        whole(given, Flag.MAX_PEER_STREAMS, usual.peerStreams(), 1, Integer.MAX_VALUE),
        millis(given, Flag.HEADER_TIMEOUT, usual.headMillis()),
        millis(given, Flag.IDLE_TIMEOUT, usual.idleMillis()));
  }

  private static RequestLimits requests(GivenOptions given) throws UsageException {
    RequestLimits usual = RequestLimits.DEFAULT;
    return new RequestLimits(
        whole(
            given, Flag.MAX_HEADER_BYTES, usual.headerBytes(), MIN_HEADER_BYTES, MAX_HEADER_BYTES),
        whole(given, Flag.MAX_REQUEST_BYTES, usual.bodyBytes(), MIN_BODY_BYTES, MAX_BODY_BYTES),
        millis(given, Flag.BODY_TIMEOUT, usual.bodyMillis()),
        whole(given, Flag.MAX_WATCHES, usual.watches(), 1, Integer.MAX_VALUE),
        whole(given, Flag.MAX_PENDING_WRITES, usual.pendingWrites(), 1, MOST_PENDING_WRITES));
  }

  private static int whole(GivenOptions given, Flag flag, int usual, int min, int max)
      throws UsageException {
    return given.whole(flag.word(), usual, min, max);
  }

  /** Empty when it was given nowhere. */
  private static OptionalInt count(GivenOptions given, Flag flag) throws UsageException {
    int count = given.whole(flag.word(), 0, 1, Integer.MAX_VALUE);
    return count == 0 ? OptionalInt.empty() : OptionalInt.of(count);
  }

  private static long millis(GivenOptions given, Flag flag, long usualMillis)
      throws UsageException {
    double usual = usualMillis / 1_000.0;
    return Math.round(1_000 * given.seconds(flag.word(), usual, SHORTEST_SECONDS, LONGEST_SECONDS));
  }

  private static long bytes(GivenOptions given, Flag flag, long usual) throws UsageException {
    return given.bytes(flag.word(), usual, Limits.MIN_BYTES / 2);
  }
}
