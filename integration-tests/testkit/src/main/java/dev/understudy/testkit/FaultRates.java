package dev.understudy.testkit;

/**
 * What goes wrong by itself in a simulated cluster, drawn anew for every message and every write.
 *
 * @param lostMessages messages that vanish, in thousandths
 * @param slowMessages messages that are slow, in thousandths, and so overtaken by others
 * @param slowestMillis how late a slow message may be
 * @param duplicatedMessages messages between peers that arrive twice, in thousandths
 * @param slowWrites writes to a disk that are slow, in thousandths
 * @param slowestWriteMillis how long a slow write may take
 */
public record FaultRates(
    int lostMessages,
    int slowMessages,
    int slowestMillis,
    int duplicatedMessages,
    int slowWrites,
    int slowestWriteMillis) {
  /** Nothing is lost, and everything takes a few milliseconds. */
  public static final FaultRates NONE = new FaultRates(0, 0, 0, 0, 0, 0);

  /** A bad day: one message in fifty is lost, and some are later than a heartbeat. */
  public static final FaultRates ROUGH = new FaultRates(20, 30, 400, 10, 20, 1_000);

  /** The same with other losses. */
  public FaultRates withLostMessages(int thousandths) {
    return new FaultRates(
        thousandths,
        slowMessages,
        slowestMillis,
        duplicatedMessages,
        slowWrites,
        slowestWriteMillis);
  }

  /** The same with other delays. */
  public FaultRates withSlowMessages(int thousandths, int upToMillis) {
    return new FaultRates(
        lostMessages, thousandths, upToMillis, duplicatedMessages, slowWrites, slowestWriteMillis);
  }

  /** The same with other duplicates. */
  public FaultRates withDuplicatedMessages(int thousandths) {
    return new FaultRates(
        lostMessages, slowMessages, slowestMillis, thousandths, slowWrites, slowestWriteMillis);
  }

  /** The same with other disks. */
  public FaultRates withSlowWrites(int thousandths, int upToMillis) {
    return new FaultRates(
        lostMessages, slowMessages, slowestMillis, duplicatedMessages, thousandths, upToMillis);
  }
}
