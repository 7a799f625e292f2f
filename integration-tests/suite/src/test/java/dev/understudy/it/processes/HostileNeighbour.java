package dev.understudy.it.processes;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Speaks to the peer ports of a cluster, as a stranger or in members' names, with greetings and
 * messages that are sound or nearly so.
 */
final class HostileNeighbour {
  private static final long STRANGER = 0xdead;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String[] HEADER_VALUES = {
    "0", "-1", "x", "f".repeat(16), "f".repeat(17), "1".repeat(3_000), "http://x y", "9-zz", "1-1"
  };

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final List<MachineUnderTest> machines;
  private final Map<String, Long> ids = new TreeMap<>();
  private final String cluster;
  private final SplittableRandom random;
  private final ForgedMessages messages;
  private final boolean inMembersNames;
  private final FrameRecord record;
  private int refused;
  private int sent;

  /**
   * @param inMembersNames whether greetings name members now and then, not strangers alone
   * @param record takes down what is sent
   */
  HostileNeighbour(
      List<MachineUnderTest> machines, long seed, boolean inMembersNames, FrameRecord record)
      throws IOException {
    this.record = record;
    this.machines = List.copyOf(machines);
    this.random = new SplittableRandom(seed);
    this.inMembersNames = inMembersNames;
    MachineUnderTest first = machines.get(0);
    TestCluster.memberIds(first)
        .forEach((name, id) -> ids.put(name, Long.parseUnsignedLong(id, 16)));
    this.cluster = Http.get(first.clientUrl() + "/v2/keys/").header("x-etcd-cluster-id");
    this.messages = new ForgedMessages(random, List.copyOf(ids.values()), inMembersNames);
  }

  /** Speaks for a time. Fails only when it could say nothing at all. */
  void speakFor(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end && machines.stream().anyMatch(MachineUnderTest::isAlive)) {
      MachineUnderTest target = machines.get(random.nextInt(machines.size()));
      if (random.nextInt(30) == 0) {
        upload(target);
      } else {
        stream(target);
      }
    }
    record.flush();
  }

  /** What it has done, for the log of a test. */
  String summary() {
    return sent + " frames, " + refused + " greetings refused, messages " + messages.counts();
  }

  int sent() {
    return sent;
  }

  private void stream(MachineUnderTest target) throws InterruptedException {
    long receiver = ids.get(target.name());
    long sender = sender(receiver);
    WebSocket.Builder builder = client.newWebSocketBuilder().connectTimeout(TIMEOUT);
    greeting(sender, receiver).forEach(builder::header);
    URI url = URI.create("ws://" + target.peerAddress() + "/raft/stream");
    WebSocket socket;
    try {
      socket = builder.buildAsync(url, new WebSocket.Listener() {}).get(5, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      refused++;
      return;
    }
    ForgedMessages.Place place = place(target);
    try {
      for (int i = random.nextInt(12); i >= 0; i--) {
        byte[] frame = messages.frame(sender, receiver, place);
        boolean last = random.nextInt(50) != 0;
        record.add(target.name(), sender, frame);
        done(socket.sendBinary(ByteBuffer.wrap(frame), last));
        sent++;
      }
      if (random.nextInt(3) != 0) {
        done(socket.sendClose(WebSocket.NORMAL_CLOSURE, ""));
      }
    } catch (ExecutionException | TimeoutException e) {
      // It has closed the stream, which is a sound answer.
    } finally {
      socket.abort();
    }
  }

  private static void done(CompletableFuture<?> step)
      throws ExecutionException, TimeoutException, InterruptedException {
    step.get(5, TimeUnit.SECONDS);
  }

  private long sender(long receiver) {
    List<Long> others = new ArrayList<>(ids.values());
    others.remove(receiver);
    return inMembersNames && random.nextInt(5) < 2
        ? others.get(random.nextInt(others.size()))
        : STRANGER + (random.nextBoolean() ? 0 : random.nextInt(40));
  }

  private Map<String, String> greeting(long sender, long receiver) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("Understudy-Cluster", cluster);
    headers.put("Understudy-From", Long.toHexString(sender));
    headers.put("Understudy-To", Long.toHexString(receiver));
    headers.put("Understudy-Format", "1");
    headers.put("Understudy-Peer-Url", "http://127.0.0.1:1");
    lineage(sender).forEach(text -> headers.put("Understudy-Incarnation", text));
    if (random.nextInt(8) == 0) {
      List<String> names = List.copyOf(headers.keySet());
      String name = names.get(random.nextInt(names.size()));
      if (random.nextInt(4) == 0) {
        headers.remove(name);
      } else {
        headers.put(name, HEADER_VALUES[random.nextInt(HEADER_VALUES.length)]);
      }
    }
    return headers;
  }

  /** As the member itself states it; empty for a stranger, who has none. */
  private List<String> lineage(long sender) {
    for (MachineUnderTest machine : machines) {
      Path file = machine.dataDirectory().resolve("peer").resolve("incarnation");
      if (ids.get(machine.name()) == sender && random.nextBoolean() && Files.exists(file)) {
        try {
          return List.of(Files.readString(file).strip());
        } catch (IOException e) {
          return List.of();
        }
      }
    }
    return List.of();
  }

  /** Roughly right; what comes meanwhile makes it a little wrong. */
  private static ForgedMessages.Place place(MachineUnderTest machine) {
    try {
      Http.Answer answer = Http.get(machine.clientUrl() + "/v2/keys/");
      return new ForgedMessages.Place(
          Long.parseLong(answer.header("x-raft-term")),
          Long.parseLong(answer.header("x-raft-index")));
    } catch (IOException | NumberFormatException e) {
      return new ForgedMessages.Place(2, 100);
    }
  }

  private void upload(MachineUnderTest target) throws InterruptedException {
    long receiver = ids.get(target.name());
    // In the leader's name a snapshot would be the leader's.
    long sender = STRANGER;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(target.peerUrl() + "/raft/snapshot")).timeout(TIMEOUT);
    greeting(sender, receiver).forEach(request::header);
    byte[] body = messages.frame(sender, receiver, place(target));
    record.add(target.name() + "/snapshot", sender, body);
    try {
      client.send(
          request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
          HttpResponse.BodyHandlers.discarding());
      sent++;
    } catch (IOException e) {
      refused++;
    }
  }
}
