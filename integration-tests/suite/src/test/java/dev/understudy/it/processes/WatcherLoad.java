package dev.understudy.it.processes;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.FileUtils;

/**
 * What do thousands of concurrent long polls cost one machine? Memory of each, time from a write to
 * the last answer, and how long a further write takes meanwhile.
 *
 * <p>By hand, with some 10,000 open files allowed ({@code ulimit -n}), after {@code mvn package}:
 *
 * <pre>
 * mvn -o -q test-compile dependency:build-classpath -Dmdep.outputFile=/tmp/cp -pl integration-tests/suite -am
 * java -Dunderstudy.jar=admin/target/understudy.jar \
 *   -cp integration-tests/target/test-classes:$(cat /tmp/cp) \
 *   dev.understudy.it.processes.WatcherLoad 10000
 * </pre>
 */
final class WatcherLoad {
  private static final String WATCHED = "/watched";
  private static final String BESIDE = "/beside";
  private static final int WRITES_BEFORE = 200;

  private final MachineUnderTest machine;
  private final int watchers;

  WatcherLoad(MachineUnderTest machine, int watchers) {
    this.machine = machine;
    this.watchers = watchers;
  }

  /**
   * What was measured.
   *
   * @param heapBytesEach live objects of the machine for each watcher
   * @param residentBytesEach growth of the process for each watcher
   * @param lastAnswerMicros from the begin of the write to the last watcher's answer
   * @param idleWriteMicros the median of a write to another key while all watchers wait
   * @param meanwhileWriteMicros the longest of such a write while they are answered
   * @param meanwhileWrites how many of those there were
   */
  record Figures(
      int watchers,
      long heapBytesEach,
      long residentBytesEach,
      long lastAnswerMicros,
      long idleWriteMicros,
      long meanwhileWriteMicros,
      int meanwhileWrites) {}

  Figures measure() throws IOException {
    for (int i = 0; i < WRITES_BEFORE; i++) {
      write(BESIDE); // what is loaded once is no cost of watchers
    }
    URI client = URI.create(machine.clientUrl());
    InetSocketAddress address = new InetSocketAddress(client.getHost(), client.getPort());
    try (LongPolls polls = new LongPolls(address, WATCHED)) {
      polls.open(Math.min(100, watchers));
      long heapBefore = liveHeapBytes();
      long residentBefore = residentBytes();
      int more = watchers - Math.min(100, watchers);
      polls.open(more);
      long heapEach = (liveHeapBytes() - heapBefore) / Math.max(1, more);
      long residentEach = (residentBytes() - residentBefore) / Math.max(1, more);
      List<Long> idle = new ArrayList<>();
      for (int i = 0; i < WRITES_BEFORE; i++) {
        idle.add(write(BESIDE));
      }
      Collections.sort(idle);
      return answered(polls, heapEach, residentEach, idle.get(idle.size() / 2));
    }
  }

  private Figures answered(LongPolls polls, long heapEach, long residentEach, long idleMicros)
      throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      CompletableFuture<Void> allAnswered = new CompletableFuture<>();
      long begunNanos = System.nanoTime();
      CompletableFuture<Void> write = CompletableFuture.runAsync(() -> write(WATCHED), threads);
      CompletableFuture<List<Long>> beside =
          CompletableFuture.supplyAsync(
              () -> {
                List<Long> took = new ArrayList<>();
                do {
                  took.add(write(BESIDE));
                } while (!allAnswered.isDone());
                return took;
              },
              threads);
      long lastNanos = polls.awaitAnswers();
      allAnswered.complete(null);
      write.join();
      List<Long> meanwhile = beside.join();
      return new Figures(
          watchers,
          heapEach,
          residentEach,
          TimeUnit.NANOSECONDS.toMicros(lastNanos - begunNanos),
          idleMicros,
          Collections.max(meanwhile),
          meanwhile.size());
    } finally {
      threads.shutdownNow();
    }
  }

  /** Puts a value and says how many microseconds that took. */
  private long write(String key) {
    long begun = System.nanoTime();
    try {
      Http.Answer answer = Http.putValue(machine.clientUrl() + "/v2/keys" + key, "x");
      if (!answer.succeeded()) {
        throw new IllegalStateException(answer.toString());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begun);
  }

  /** Of live objects, after a collection. */
  private long liveHeapBytes() throws IOException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process histogram =
        new ProcessBuilder(jcmd.toString(), Long.toString(machine.pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    try (var lines = histogram.inputReader()) {
      return lines
          .lines()
          .filter(line -> line.startsWith("Total"))
          .mapToLong(line -> Long.parseLong(line.split("\\s+")[2]))
          .findFirst()
          .orElseThrow(() -> new IOException("jcmd tells no total"));
    }
  }

  private long residentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + machine.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.split("\\s+")[1]) * 1024)
        .findFirst()
        .orElseThrow();
  }

  /** The number of watchers, 10,000 unless given. */
  public static void main(String[] arguments) throws IOException {
    int watchers = arguments.length == 0 ? 10_000 : Integer.parseInt(arguments[0]);
    Path directory = Files.createTempDirectory("understudy-watchers");
    List<String> options =
        List.of(
            "--name",
            "m1",
            "--data-dir",
            directory.resolve("m1").toString(),
            "--addr",
            "127.0.0.1:" + Ports.free(),
            "--peer-addr",
            "127.0.0.1:" + Ports.free());
    // The one way past the small heap that the tests' machines are started with.
    MachineUnderTest machine =
        new MachineUnderTest("m1", directory, options, Map.of("_JAVA_OPTIONS", "-Xmx1g"));
    try {
      machine.start().awaitReady();
      System.out.println(new WatcherLoad(machine, watchers).measure());
    } finally {
      machine.kill();
      FileUtils.deleteDirectory(directory.toFile());
    }
  }
}
