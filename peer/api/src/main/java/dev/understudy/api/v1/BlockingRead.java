package dev.understudy.api.v1;

import dev.understudy.api.ClientMemory;
import dev.understudy.api.http.BlockingTime;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.LongPoll;
import dev.understudy.tables.Read;
import dev.understudy.tables.Snapshot;
import dev.understudy.tables.Watch;

/**
 * One read that is answered when its answer is later than the client has it, or when its time is
 * over. Woken by what it has asked about only.
 */
final class BlockingRead<T> {

  private final Reads reads;
  private final HttpExchange exchange;
  private final ReadQuery query;
  private final Read<T> read;
  private final Reads.IndexOf<T> indexOf;
  private final Reads.Sender<T> sender;
  private volatile Watch<T> watch;

  BlockingRead(
      Reads reads,
      HttpExchange exchange,
      ReadQuery query,
      Read<T> read,
      Reads.IndexOf<T> indexOf,
      Reads.Sender<T> sender) {
    this.reads = reads;
    this.exchange = exchange;
    this.query = query;
    this.read = read;
    this.indexOf = indexOf;
    this.sender = sender;
  }

  void begin() {
    Snapshot now = reads.locks().current();
    if (isLater(now)) {
      answer(now);
    } else {
      await();
    }
  }

  private boolean isLater(Snapshot now) {
    return query.index() == 0
        || Long.compareUnsigned(indexOf.in(now, read.of(now)), query.index()) > 0;
  }

  private void await() {
    if (!reads.watches().tryAcquire()) {
      Answers.refuseForNow(exchange, ClientMemory.TOO_MANY_WATCHES);
      return;
    }
    LongPoll poll = new LongPoll(exchange, this::answerNow, this::forget);
    watch = reads.locks().watch(read, poll::wake);
    if (isLater(watch.snapshot())) {
      answerNow(); // changed since it was looked at; nothing has begun to wait
      return;
    }
    watch.forgetAnswer();
    poll.start(
        query.waitMillis() + reads.locks().random(1 + query.waitMillis() / BlockingTime.JITTER));
  }

  private void forget() {
    watch.close();
    reads.watches().release();
  }

  private void answerNow() {
    forget();
    answer(reads.locks().current());
  }

  private void answer(Snapshot now) {
    T found = read.of(now);
    reads.addHeaders(exchange, indexOf.in(now, found));
    sender.send(found);
  }
}
