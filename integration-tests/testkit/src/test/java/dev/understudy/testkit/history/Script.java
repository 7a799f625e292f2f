package dev.understudy.testkit.history;

import dev.understudy.testkit.history.Call.Expected;
import dev.understudy.testkit.history.History.Pending;
import dev.understudy.testkit.history.History.WatchRecording;
import dev.understudy.testkit.history.Outcome.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Writes histories by hand; time passes by a millisecond with every line. */
final class Script {
  static final String KEY = "/k";
  static final Answering M1 = new Answering("m1", 1);

  final History history = new History();
  private long nowMillis = 1_000;

  long nowNanos() {
    return TimeUnit.MILLISECONDS.toNanos(nowMillis++);
  }

  void pass(long millis) {
    nowMillis += millis;
  }

  Pending invoke(Call call) {
    return history.invoke(1, call, nowNanos());
  }

  void respond(Pending pending, Outcome outcome) {
    pending.respond(outcome, M1, nowNanos());
  }

  /** An operation that nothing overlaps. */
  void line(Call call, Outcome outcome) {
    respond(invoke(call), outcome);
  }

  WatchRecording watch(String key, long from) {
    WatchRecording watch = history.watch(9, key, false);
    watch.from(from);
    return watch;
  }

  void told(WatchRecording watch, long index, String action, String value) {
    watch.saw(new WatchedEvent(index, action, KEY, Optional.ofNullable(value), nowNanos()));
  }

  Verdict verdict() {
    return new LinearizabilityCheck().check(history.operations()).get(KEY);
  }

  List<String> complaints(FinalState... states) {
    TimeToLiveCheck timeToLive = new TimeToLiveCheck((from, to) -> 0, 0);
    return new HistoryCheck(new LinearizabilityCheck(), timeToLive)
        .complaints(history, List.of(states));
  }

  static FinalState holding(long index, Map<String, Node> nodes) {
    return new FinalState("m1", index, nodes);
  }

  static Call set(String value) {
    return new Call.Set(KEY, value, OptionalLong.empty());
  }

  static Call set(String value, long ttlMillis) {
    return new Call.Set(KEY, value, OptionalLong.of(ttlMillis));
  }

  static Call create(String value) {
    return new Call.Create(KEY, value, OptionalLong.empty());
  }

  static Call swap(String expected, String value) {
    return new Call.CompareAndSwap(KEY, Expected.value(expected), value);
  }

  static Call swap(long expected, String value) {
    return new Call.CompareAndSwap(KEY, Expected.index(expected), value);
  }

  static Call delete() {
    return new Call.Delete(KEY);
  }

  static Call read() {
    return new Call.Read(KEY, true);
  }

  static Call local() {
    return new Call.Read(KEY, false);
  }

  static Outcome written(long index) {
    return new Outcome.Written(index, Optional.empty());
  }

  static Outcome written(long index, String before, long beforeIndex) {
    return new Outcome.Written(index, Optional.of(new Node(before, beforeIndex)));
  }

  static Outcome shown(String value, long index) {
    return shown(value, index, index);
  }

  static Outcome shown(String value, long index, long storeIndex) {
    return new Outcome.Shown(new Node(value, index), storeIndex);
  }

  static Outcome absent(long storeIndex) {
    return new Outcome.Absent(storeIndex);
  }

  static Outcome refused(int code, long storeIndex) {
    return new Outcome.Refused(code, storeIndex);
  }

  static Outcome unknown() {
    return new Outcome.Unknown("the connection broke");
  }

  static Outcome failed() {
    return new Outcome.Failed("no leader");
  }
}
