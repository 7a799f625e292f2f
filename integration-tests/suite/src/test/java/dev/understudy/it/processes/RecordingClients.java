package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.understudy.it.processes.Http.Answer;
import dev.understudy.it.processes.KeysOverHttp.Reply;
import dev.understudy.testkit.clients.Mix;
import dev.understudy.testkit.clients.Repertoire;
import dev.understudy.testkit.history.Answering;
import dev.understudy.testkit.history.Call;
import dev.understudy.testkit.history.FinalState;
import dev.understudy.testkit.history.History;
import dev.understudy.testkit.history.HistoryCheck;
import dev.understudy.testkit.history.LinearizabilityCheck;
import dev.understudy.testkit.history.Outcome;
import dev.understudy.testkit.history.Outcome.Node;
import dev.understudy.testkit.history.RecordedOperation;
import dev.understudy.testkit.history.TimeToLiveCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients of real machines that read, write and watch a few keys together, at all machines in any
 * order, and record what they are answered, for the checks of {@code
 * dev.understudy.testkit.history}.
 */
final class RecordingClients implements AutoCloseable {
  private static final Mix MIX = Mix.of(6);
  private static final int MAX_ATTEMPTS = 3;
  private static final int MAX_REDIRECTS = 5;
  private static final int LONGEST_PAUSE_MILLIS = 20;

  /** When nothing is acknowledged for so long, nobody leads. */
  private static final long LONGEST_WITH_A_LEADER_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  /** For the turn in which a key goes, on a machine with more to do. */
  private static final long PROMPT_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);

  private final List<MachineUnderTest> machines;
  private final History history = new History();
  private final List<Thread> threads = new ArrayList<>();
  private final List<RecordingWatcher> watchers = new ArrayList<>();
  private final Queue<Throwable> surprises = new ConcurrentLinkedQueue<>();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong longestNanos = new AtomicLong();
  private volatile boolean stopped;

  private RecordingClients(List<MachineUnderTest> machines) {
    this.machines = machines;
  }

  static RecordingClients start(List<MachineUnderTest> machines) {
    RecordingClients clients = new RecordingClients(machines);
    clients.removeWhatWasBefore();
    for (int i = 1; i <= MIX.clients(); i++) {
      int number = i;
      clients.threads.add(new Thread(() -> clients.live(number), "client-" + i));
    }
    clients.watch(MIX.clients() + 1, Repertoire.register(0), false);
    clients.watch(MIX.clients() + 2, Repertoire.MORTALS, true);
    clients.watch(MIX.clients() + 3, Repertoire.QUEUE, true);
    clients.threads.forEach(Thread::start);
    return clients;
  }

  /** A history begins with keys that were never there, or are gone. */
  private void removeWhatWasBefore() {
    for (String directory : List.of(Repertoire.REGISTERS, Repertoire.MORTALS, Repertoire.QUEUE)) {
      String path = "/v2/keys" + directory;
      Deadlines.await(directory + " is gone")
          .ignoreExceptions()
          .until(
              () -> {
                Http.delete(machines.get(0).clientUrl() + path + "?recursive=true");
                return Http.get(machines.get(0).clientUrl() + path + "?quorum=true").status()
                    == 404;
              });
    }
  }

  private void watch(int number, String key, boolean recursive) {
    RecordingWatcher watcher = new RecordingWatcher(number, key, recursive, machines, history);
    watchers.add(watcher);
    watcher.start();
  }

  private void live(int number) {
    Random random = new Random(number);
    Repertoire repertoire = new Repertoire(number, MIX, random);
    try {
      while (!stopped) {
        Call call = repertoire.next();
        repertoire.note(call, call(number, call, random));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_PAUSE_MILLIS)));
      }
    } catch (RuntimeException | Error e) {
      surprises.add(e);
    }
  }

  /** What certainly was not done is tried again elsewhere; the last outcome counts. */
  private Outcome call(int number, Call call, Random random) {
    long begunNanos = System.nanoTime();
    History.Pending pending = history.invoke(number, call, begunNanos);
    Answered answered = attempt(call, random);
    for (int i = 1; i < MAX_ATTEMPTS && answered.outcome() instanceof Outcome.Failed; i++) {
      answered = attempt(call, random);
    }
    long nowNanos = System.nanoTime();
    pending.respond(answered.outcome(), answered.by(), nowNanos);
    longestNanos.accumulateAndGet(nowNanos - begunNanos, Math::max);
    if (answered.outcome().definite()) {
      (call.writes() ? writes : reads).incrementAndGet();
    }
    return answered.outcome();
  }

  private record Answered(Outcome outcome, Answering by) {}

  private Answered attempt(Call call, Random random) {
    MachineUnderTest machine = machines.get(random.nextInt(machines.size()));
    int life = machine.lives();
    Reply reply = KeysOverHttp.call(machine, call);
    for (int i = 0; i < MAX_REDIRECTS && reply.outcome().isEmpty(); i++) {
      String location = reply.location();
      machine =
          machines.stream()
              .filter(each -> location.startsWith(each.clientUrl()))
              .findFirst()
              .orElseThrow();
      life = machine.lives();
      reply = KeysOverHttp.callAt(location, call);
    }
    Outcome outcome = reply.outcome().orElse(new Outcome.Failed("redirected too often"));
    // One that was started anew meanwhile may be either process; then it is like a third.
    boolean sure = machine.lives() == life;
    long process = sure ? life : -System.nanoTime();
    return new Answered(outcome, new Answering(machine.name(), process));
  }

  long reads() {
    return reads.get();
  }

  long writes() {
    return writes.get();
  }

  /** Waits until so many more calls were answered, reads and writes each. */
  void awaitMore(int count) {
    long readsBefore = reads();
    long writesBefore = writes();
    Deadlines.await(count + " more reads and writes")
        .until(() -> reads() >= readsBefore + count && writes() >= writesBefore + count);
  }

  /** The longest that a client waited for an outcome, whatever that was. */
  long longestMillis() {
    return TimeUnit.NANOSECONDS.toMillis(longestNanos.get());
  }

  /** Ends the clients; watchers go on. */
  void end() {
    stopped = true;
    Deadlines.awaitEnd(threads);
  }

  @Override
  public void close() {
    end();
    watchers.forEach(RecordingWatcher::stop);
    watchers.forEach(RecordingWatcher::awaitEnd);
  }

  /** Ends everything, and checks it against what is there, once all machines are well. */
  void check(TestCluster cluster) {
    end();
    assertThat(surprises).isEmpty();
    finishWatches();
    close();
    Random random = new Random(0);
    history.operations().stream()
        .map(operation -> operation.call().key())
        .filter(key -> !key.equals(Repertoire.QUEUE))
        .distinct()
        .forEach(key -> call(0, new Call.Read(key, true), random));
    List<FinalState> states = cluster.alive().stream().map(RecordingClients::finalState).toList();
    new HistoryCheck(new LinearizabilityCheck(), new TimeToLiveCheck(this::pauses, PROMPT_NANOS))
        .demand(history, states);
    System.out.printf(
        "measured %d reads, %d writes, %d operations recorded: all can be explained%n",
        reads(), writes(), history.operations().size());
  }

  /** A last change of all that is watched, up to which every watch must come. */
  private void finishWatches() {
    Random random = new Random(0);
    List<Call> last =
        List.of(
            new Call.Set(Repertoire.register(0), "last", OptionalLong.empty()),
            new Call.Set(Repertoire.MORTALS + "/last", "last", OptionalLong.of(60_000)),
            new Call.CreateInOrder(Repertoire.QUEUE, "last"));
    for (int i = 0; i < watchers.size(); i++) {
      watchers.get(i).awaitSeen(definite(last.get(i), random).stateIndex());
    }
  }

  /** Calls until it is known what became of it: a broken connection is nobody's fault here. */
  private Outcome definite(Call last, Random random) {
    return Deadlines.await("a last " + last).until(() -> call(0, last, random), Outcome::definite);
  }

  /** The time in which no write was acknowledged, as far as that was longer than usual. */
  private long pauses(long fromNanos, long toNanos) {
    long[] answers =
        history.operations().stream()
            .filter(operation -> operation.call().writes() && operation.outcome().definite())
            .mapToLong(RecordedOperation::respondedNanos)
            .sorted()
            .toArray();
    long[] moments = Arrays.copyOf(answers, answers.length + 1);
    moments[answers.length] = Long.MAX_VALUE;
    long paused = 0;
    for (int i = 1; i < moments.length; i++) {
      long from = Math.max(fromNanos, moments[i - 1]);
      long to = Math.min(toNanos, moments[i]);
      paused += to - from > LONGEST_WITH_A_LEADER_NANOS ? to - from : 0;
    }
    return paused;
  }

  /** What a peer holds, asked without a quorum, so that it is its own state. */
  private static FinalState finalState(MachineUnderTest machine) {
    try {
      Answer answer = Http.get(machine.clientUrl() + "/v2/keys/?recursive=true");
      Map<String, Node> nodes = new TreeMap<>();
      collect(answer.object().getAsJsonObject("node"), nodes);
      return new FinalState(machine.name(), Long.parseLong(answer.header("x-etcd-index")), nodes);
    } catch (IOException e) {
      throw new AssertionError(machine + " does not answer", e);
    }
  }

  private static void collect(JsonObject node, Map<String, Node> nodes) {
    if (node.has("value")) {
      nodes.put(node.get("key").getAsString(), KeysOverHttp.node(node));
    }
    Optional.ofNullable(node.getAsJsonArray("nodes"))
        .ifPresent(
            children -> {
              for (JsonElement child : children) {
                collect(child.getAsJsonObject(), nodes);
              }
            });
  }
}
