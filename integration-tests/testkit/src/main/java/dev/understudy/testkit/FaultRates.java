package dev.understudy.testkit;

/**
 * What goes wrong by itself in a simulated cluster, drawn anew for every message and every write.
 *
 * @param lostMessages messages that vanish, in thousandths
 * @param slowMessages messages that are slow, in thousandths
 * @param slowestMillis how late a slow message may be
 * @param slowWrites writes to a disk that are slow, in thousandths
 * @param slowestWriteMillis how long a slow write may take
 */
public record FaultRates(
    int lostMessages, int slowMessages, int slowestMillis, int slowWrites, int slowestWriteMillis) {
  /** Nothing is lost, and everything takes a few milliseconds. */
  public static final FaultRates NONE = new FaultRates(0, 0, 0, 0, 0);

  /** A bad day: one message in fifty is lost, and some are later than a heartbeat. */
  public static final FaultRates ROUGH = new FaultRates(20, 30, 400, 20, 1_000);
}
