package dev.understudy.peer.driver;

import dev.understudy.raft.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How replication goes: appends sent and received, and on a leader how long each follower takes to
 * answer. Written by the driver's thread, read by any.
 */
public final class ReplicationStatistics {
  private static final double NANOS_PER_MILLI = 1e6;

  /**
   * A follower's answers; times in milliseconds.
   *
   * @param member whose
   * @param answered appends that were accepted
   * @param refused appends that were rejected
   */
  public record Follower(
      long member,
      double current,
      double average,
      double standardDeviation,
      double minimum,
      double maximum,
      long answered,
      long refused) {}

  private final LongSupplier nanoClock;
  private final Map<Long, Tally> tallies = new HashMap<>();
  private long appendsReceived;
  private long appendsSent;
  private final MessageRate sending = new MessageRate();
  private final MessageRate receiving = new MessageRate();

  /**
   * @param nanoClock as {@link System#nanoTime}
   */
  public ReplicationStatistics(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  synchronized void sent(Message message) {
    if (message instanceof Message.Append append) {
      appendsSent++;
      long now = nanoClock.getAsLong();
      sending.add(now, append.slice().sizeBytes());
      tallies.computeIfAbsent(append.to(), Tally::new).sent(now);
    }
  }

  synchronized void received(Message message) {
    if (message instanceof Message.Append append) {
      appendsReceived++;
      receiving.add(nanoClock.getAsLong(), append.slice().sizeBytes());
    } else if (message instanceof Message.AppendResponse response) {
      Tally tally = tallies.get(response.from());
      if (tally != null) {
        tally.answered(nanoClock.getAsLong(), response.rejected());
      }
    }
  }

  /** A leadership has begun or ended: what followers did for another leader is past. */
  synchronized void forgetFollowers() {
    tallies.clear();
  }

  /** Append messages taken from leaders. */
  public synchronized long appendsReceived() {
    return appendsReceived;
  }

  /** Append messages sent as leader. */
  public synchronized long appendsSent() {
    return appendsSent;
  }

  /**
   * How fast appends go. All are 0 when none has gone that way for a second.
   *
   * @param sentMessages a second
   * @param sentBytes a second, of the entries in them
   * @param receivedMessages a second
   * @param receivedBytes a second, of the entries in them
   */
  public record Rates(
      double sentMessages, double sentBytes, double receivedMessages, double receivedBytes) {}

  /** How fast appends go at the moment. */
  public synchronized Rates rates() {
    long now = nanoClock.getAsLong();
    return new Rates(
        sending.messages(now), sending.bytes(now), receiving.messages(now), receiving.bytes(now));
  }

  /** What is known of each follower of the present leadership. */
  public synchronized List<Follower> followers() {
    List<Follower> followers = new ArrayList<>();
    tallies.values().forEach(tally -> followers.add(tally.summary()));
    return followers;
  }

  /** Running mean and variance by Welford's method. */
  private static final class Tally {
    private final long member;
    private long waitingSinceNanos;
    private boolean waiting;
    private long answered;
    private long refused;
    private double current;
    private double mean;
    private double squares;
    private double minimum = Double.MAX_VALUE;
    private double maximum;

    Tally(long member) {
      this.member = member;
    }

    /** Appends are pipelined: the time to the next answer counts from the first unanswered one. */
    void sent(long now) {
      if (!waiting) {
        waiting = true;
        waitingSinceNanos = now;
      }
    }

    void answered(long now, boolean rejected) {
      if (rejected) {
        refused++;
        return;
      }
      if (!waiting) {
        return;
      }
      waiting = false;
      answered++;
      current = (now - waitingSinceNanos) / NANOS_PER_MILLI;
      double difference = current - mean;
      mean += difference / answered;
      squares += difference * (current - mean);
      minimum = Math.min(minimum, current);
      maximum = Math.max(maximum, current);
    }

    Follower summary() {
      double deviation = answered == 0 ? 0 : Math.sqrt(squares / answered);
      double least = answered == 0 ? 0 : minimum;
      return new Follower(member, current, mean, deviation, least, maximum, answered, refused);
    }
  }
}
