package dev.understudy.transport;

import dev.understudy.raft.Entry;
import dev.understudy.raft.EntryId;
import dev.understudy.raft.LogSlice;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.websocket.client.WebSocketClient;

/**
 * What does a message between two peers cost, from {@code send} to the receiver and back, and how
 * many go through when the sender does not wait? On loopback, both peers in this process, so CPU is
 * the price of both ends. The figures stand in the package's description. Run it with the module's
 * test class path:
 *
 * <pre>java -cp ... dev.understudy.transport.NetworkMeasurement [seconds]</pre>
 */
final class NetworkMeasurement {
  private static final int ENTRY_BYTES = 300;

  private NetworkMeasurement() {}

  public static void main(String[] args) throws Exception {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
    WebSocketClient client = TestPeer.newClient();
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    try (TestPeer a =
            TestPeer.start(1, TestPeer.CLUSTER, 0, TransportOptions.DEFAULT, client, timer);
        TestPeer b =
            TestPeer.start(2, TestPeer.CLUSTER, 0, TransportOptions.DEFAULT, client, timer)) {
      a.knows(b);
      b.knows(a);
      for (int round = 0; round < 3; round++) {
        pingPong(a, b, seconds);
        for (int entries : new int[] {1, 64}) {
          oneWay(a, b, entries, seconds);
        }
      }
    } finally {
      client.stop();
      timer.shutdownNow();
    }
  }

  private static void pingPong(TestPeer a, TestPeer b, int seconds) throws Exception {
    Semaphore back = new Semaphore(0);
    List<Message> there = List.of(append(1));
    List<Message> answer = List.of(new Message.AppendResponse(2, 1, 1, 2, false, 0, 0));
    b.onMessage = message -> b.network.send(answer);
    a.onMessage = message -> back.release();
    long[] nanos = new long[1_000_000];
    int count = 0;
    long cpu = cpuNanos();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end && count < nanos.length) {
      long begin = System.nanoTime();
      a.network.send(there);
      if (!back.tryAcquire(5, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no answer");
      }
      nanos[count++] = System.nanoTime() - begin;
    }
    double cpuMicros = (cpuNanos() - cpu) / 1e3 / count;
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    System.out.printf(
        "round trip: median %.0f us, 99th percentile %.0f us, CPU %.0f us%n",
        sorted[count / 2] / 1e3, sorted[count * 99 / 100] / 1e3, cpuMicros);
  }

  private static void oneWay(TestPeer a, TestPeer b, int entries, int seconds) throws Exception {
    // As many in flight as Raft lets be, about.
    int window = 256;
    Semaphore places = new Semaphore(window);
    LongAdder arrived = new LongAdder();
    b.onMessage =
        message -> {
          arrived.increment();
          places.release();
        };
    List<Message> message = List.of(append(entries));
    long cpu = cpuNanos();
    long begin = System.nanoTime();
    long end = begin + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end) {
      if (!places.tryAcquire(5, TimeUnit.SECONDS)) {
        throw new IllegalStateException("lost messages");
      }
      a.network.send(message);
    }
    double total = arrived.sum();
    double elapsed = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        "one way, %2d entries in a message: %,.0f messages/s, CPU %.1f us per message%n",
        entries, total / elapsed, (cpuNanos() - cpu) / 1e3 / total);
    if (!places.tryAcquire(window, 5, TimeUnit.SECONDS)) {
      throw new IllegalStateException("messages do not arrive");
    }
  }

  private static Message append(int count) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(new Entry(1, i + 2, new Payload.Normal(new byte[ENTRY_BYTES])));
    }
    return new Message.Append(1, 2, 1, new LogSlice(new EntryId(1, 1), entries), 1);
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
