package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.BackendFailure;
import dev.understudy.store.NodeView;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.store.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * Clients of a simulated cluster, and what they saw. Values are written once each, and the store
 * numbers its writes, so histories can be checked without a search: the numbers are the only order
 * in which the writes can have happened, and every answer must agree with it.
 */
final class SimulatedClients {
  private static final int KEYS = 3;
  private static final String QUEUE = "/queue";

  /** Longer than the promise by a tick, in which deadlines are looked at, and a turn. */
  private static final long ANSWERED_WITHIN_MILLIS =
      SimulatedPeers.REQUEST_TIMEOUT_MILLIS + 3 * SimulatedPeers.TICK_MILLIS;

  /** What a client did. Times are virtual; a number of 0 stands for "not known". */
  private static final class Deed {
    final String key;
    final String value;
    final long calledMillis;
    final SimulatedPeer.Life at;
    long answeredMillis = Long.MAX_VALUE;
    long number = -1;
    boolean done;
    BackendFailure failure;

    Deed(String key, String value, long calledMillis, SimulatedPeer.Life at) {
      this.key = key;
      this.value = value;
      this.calledMillis = calledMillis;
      this.at = at;
    }

    boolean isDone() {
      return done;
    }

    boolean isAnswered() {
      return done || failure != null;
    }
  }

  private final SimulatedPeers cluster;
  private final List<Deed> writes = new ArrayList<>();
  private final List<Deed> reads = new ArrayList<>();
  private boolean running = true;

  SimulatedClients(SimulatedPeers cluster, int count) {
    this.cluster = cluster;
    for (int i = 0; i < count; i++) {
      cluster.schedule(cluster.random.nextInt(50), this::act);
    }
  }

  void stop() {
    running = false;
  }

  long writesDone() {
    return writes.stream().filter(Deed::isDone).count();
  }

  long readsDone() {
    return reads.stream().filter(Deed::isDone).count();
  }

  /** Writes that a leader has refused, low on space, to another peer or to its own clients. */
  long writesRefusedForSpace() {
    return writes.stream()
        .filter(
            write ->
                write.failure instanceof BackendFailure.NotApplied refused
                    && refused.getMessage().contains("nearly full"))
        .count();
  }

  long writesUnknown() {
    return writes.stream()
        .filter(write -> write.failure instanceof BackendFailure.OutcomeUnknown)
        .count();
  }

  private void act() {
    List<SimulatedPeer> peers = cluster.running();
    if (!running) {
      return;
    }
    if (peers.isEmpty()) {
      again();
      return;
    }
    SimulatedPeer.Life at = peers.get(cluster.random.nextInt(peers.size())).life();
    String key = "/k" + cluster.random.nextInt(KEYS);
    if (cluster.random.nextInt(2) == 0) {
      read(new Deed(key, "", cluster.nowMillis(), at));
    } else {
      String value = "v" + writes.size();
      boolean queued = cluster.random.nextInt(3) == 0;
      write(new Deed(queued ? QUEUE : key, value, cluster.nowMillis(), at));
    }
    at.poke(0);
  }

  private void again() {
    cluster.schedule(1 + cluster.random.nextInt(60), this::act);
  }

  private void write(Deed deed) {
    writes.add(deed);
    Operation operation =
        deed.key.equals(QUEUE)
            ? new Operation.CreateInOrder(QUEUE, false, deed.value, OptionalLong.empty())
            : new Operation.Set(deed.key, false, deed.value, OptionalLong.empty(), false);
    deed.at
        .backend
        .write(operation)
        .whenComplete(
            (result, failure) -> {
              if (failure == null) {
                deed.number = ((Result.Success) result).event().node().modifiedIndex();
              }
              answered(deed, failure);
            });
    watch(deed);
  }

  private void read(Deed deed) {
    reads.add(deed);
    deed.at
        .backend
        .linearizable()
        .whenComplete(
            (confirmed, failure) -> {
              look(deed);
              answered(deed, failure);
            });
    watch(deed);
  }

  private static void look(Deed deed) {
    Result result = deed.at.machine.version().get(deed.key, false);
    deed.number = result instanceof Result.Success found ? found.event().node().modifiedIndex() : 0;
  }

  /** Nothing else is a failure that the client API knows. */
  private static BackendFailure backendFailure(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    assertThat(cause).isInstanceOf(BackendFailure.class);
    return (BackendFailure) cause;
  }

  private void answered(Deed deed, Throwable failure) {
    assertThat(deed.isAnswered()).as("answered twice").isFalse();
    deed.done = failure == null;
    deed.failure = failure == null ? null : backendFailure(failure);
    deed.answeredMillis = cluster.nowMillis();
    again();
  }

  /** Whoever is alive at the deadline must have answered. A crashed peer's client comes again. */
  private void watch(Deed deed) {
    cluster.schedule(
        ANSWERED_WITHIN_MILLIS,
        () -> {
          if (!deed.isAnswered()) {
            assertThat(deed.at.isAlive())
                .as(
                    "%s%s, asked at %s, not answered in time by a living peer",
                    deed.key, deed.value, deed.calledMillis)
                .isFalse();
            again();
          }
        });
  }

  /** Checks everything that was seen against the tree that the cluster has come to. */
  void check(Version last) {
    checkWrites(last);
    checkOrder();
    reads.stream().filter(Deed::isDone).forEach(this::checkRead);
  }

  private void checkWrites(Version last) {
    Set<String> queued = new HashSet<>();
    if (last.get(QUEUE, true) instanceof Result.Success found) {
      for (NodeView node : found.event().node().nodes()) {
        assertThat(queued.add(node.value())).as("written twice: " + node.value()).isTrue();
      }
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < KEYS; i++) {
      if (last.get("/k" + i, false) instanceof Result.Success found) {
        values.put("/k" + i, found.event().node().value());
      }
    }
    for (Deed write : writes) {
      if (write.key.equals(QUEUE) && write.isDone()) {
        assertThat(queued).as("acknowledged and lost").contains(write.value);
      }
      if (write.failure instanceof BackendFailure.NotApplied) {
        assertThat(queued).as("refused and done").doesNotContain(write.value);
        assertThat(values.get(write.key)).as("refused and done").isNotEqualTo(write.value);
      }
    }
    for (int i = 0; i < KEYS; i++) {
      String key = "/k" + i;
      long newest =
          writes.stream()
              .filter(write -> write.key.equals(key) && write.isDone())
              .mapToLong(write -> write.number)
              .max()
              .orElse(0);
      long found =
          last.get(key, false) instanceof Result.Success success
              ? success.event().node().modifiedIndex()
              : 0;
      assertThat(found).as("the last acknowledged write of " + key).isGreaterThanOrEqualTo(newest);
    }
  }

  /** Of two writes, the one that was answered before the other was begun has the lower number. */
  private void checkOrder() {
    List<Deed> done = writes.stream().filter(Deed::isDone).toList();
    Set<Long> numbers = new HashSet<>();
    for (Deed write : done) {
      assertThat(numbers.add(write.number)).as("two writes with one number").isTrue();
    }
    List<Deed> byAnswer = new ArrayList<>(done);
    byAnswer.sort((a, b) -> Long.compare(a.answeredMillis, b.answeredMillis));
    for (Deed write : done) {
      for (Deed earlier : byAnswer) {
        if (earlier.answeredMillis >= write.calledMillis) {
          break;
        }
        assertThat(earlier.number).as("writes out of order").isLessThan(write.number);
      }
    }
  }

  private void checkRead(Deed read) {
    for (Deed write : writes) {
      boolean before = write.isDone() && write.answeredMillis < read.calledMillis;
      if (write.key.equals(read.key) && before) {
        assertThat(read.number)
            .as("a stale read of %s, called at %s", read.key, read.calledMillis)
            .isGreaterThanOrEqualTo(write.number);
      }
      boolean after = write.isDone() && write.calledMillis > read.answeredMillis;
      if (write.key.equals(read.key) && after) {
        assertThat(read.number).as("a read of the future").isLessThan(write.number);
      }
    }
    for (Deed other : reads) {
      if (other.isDone()
          && other.key.equals(read.key)
          && other.answeredMillis < read.calledMillis) {
        assertThat(read.number).as("reads going back").isGreaterThanOrEqualTo(other.number);
      }
    }
  }
}
