package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.it.processes.Http.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Connections to both ports of a leader that do nothing, or have sent half of a head, while others
 * are opened that send garbage. Heartbeats have to go on meanwhile: the cluster takes writes, and
 * nobody wants an election.
 */
final class IdleFlood implements AutoCloseable {
  private static final int GARBAGE_BYTES = 2_000;
  private static final long HALF_WRITE_MILLIS = 1_000;
  private static final long LONGEST_WRITE_MILLIS = 5_000;

  /** A fifth of the election timeout. */
  private static final long STALL_MILLIS = 200;

  private final MachineUnderTest leader;
  private final List<SocketChannel> idle = new ArrayList<>();
  private final AtomicBoolean enough = new AtomicBoolean();
  private final AtomicLong thrown = new AtomicLong();
  private final List<Thread> throwers = new ArrayList<>();

  IdleFlood(MachineUnderTest leader) {
    this.leader = leader;
  }

  private static InetSocketAddress address(String url) {
    URI uri = URI.create(url);
    return new InetSocketAddress(uri.getHost(), uri.getPort());
  }

  /** Opens them; every other one sends half of a head, which gives it a few seconds. */
  void open(int toClientPort, int toPeerPort) throws IOException {
    open(address(leader.clientUrl()), toClientPort);
    open(address(leader.peerUrl()), toPeerPort);
  }

  private void open(InetSocketAddress port, int count) throws IOException {
    ByteBuffer half =
        ByteBuffer.wrap("GET /health HTTP/1.1\r\nHos".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open(port);
      idle.add(channel);
      if (i % 2 == 1) {
        channel.write(half.duplicate());
      }
    }
  }

  /** Begins to send garbage to both ports, each piece on a new connection. */
  void throwGarbage() {
    for (String url : List.of(leader.clientUrl(), leader.peerUrl())) {
      Thread thrower = new Thread(() -> throwAt(address(url)), "garbage");
      thrower.setDaemon(true);
      throwers.add(thrower);
      thrower.start();
    }
  }

  private void throwAt(InetSocketAddress port) {
    SplittableRandom random = new SplittableRandom(port.getPort());
    while (!enough.get()) {
      byte[] garbage = new byte[1 + random.nextInt(GARBAGE_BYTES)];
      random.nextBytes(garbage);
      try (Socket socket = new Socket(port.getAddress(), port.getPort())) {
        socket.getOutputStream().write(garbage);
        thrown.incrementAndGet();
      } catch (IOException refused) {
        // It is meant to be.
      }
    }
  }

  /**
   * Writes by way of a machine for so many times, and fails when writes take long or the term
   * changes. Who stands still for a good part of the election timeout may be taken for dead.
   */
  void assertCalm(MachineUnderTest writesAt, List<MachineUnderTest> all, int writes, Path directory)
      throws Exception {
    Stalls.judgeWithout(
        STALL_MILLIS,
        directory,
        () -> {
          String term = term(writesAt);
          long votes = elections(all);
          List<Long> millis = write(writesAt, writes);
          String termAfter = term(writesAt);
          long votesAfter = elections(all);
          return () -> {
            assertThat(millis.get(millis.size() / 2))
                .as("half of the writes beside the flood, in ms")
                .isLessThan(HALF_WRITE_MILLIS);
            assertThat(millis.get(millis.size() - 1))
                .as("the longest write beside the flood, in ms")
                .isLessThan(LONGEST_WRITE_MILLIS);
            assertThat(termAfter).as("the term").isEqualTo(term);
            assertThat(votesAfter).as("elections wanted").isEqualTo(votes);
          };
        });
    System.out.printf(
        "%d idle connections, %d pieces of garbage: %s, %s%n",
        idle.size(), thrown.get(), status("VmRSS"), status("Threads"));
  }

  /** How long each took, the shortest first. */
  private static List<Long> write(MachineUnderTest writesAt, int writes) throws IOException {
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < writes; i++) {
      long start = System.nanoTime();
      Answer answer = Http.putValue(writesAt.clientUrl() + "/v2/keys/calm", Integer.toString(i));
      assertThat(answer.status()).as(answer.body()).isIn(200, 201);
      millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }
    millis.sort(Comparator.naturalOrder());
    return millis;
  }

  private static String term(MachineUnderTest machine) throws IOException {
    return Http.get(machine.clientUrl() + "/v2/keys/").header("x-raft-term");
  }

  private static long elections(List<MachineUnderTest> all) {
    return all.stream()
        .flatMap(machine -> machine.errors().stream())
        .filter(line -> line.contains("wants an election"))
        .count();
  }

  int threads() {
    return Integer.parseInt(status("Threads").replaceAll("\\D+", ""));
  }

  private String status(String field) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(leader.pid()), "status")).stream()
          .filter(line -> line.startsWith(field))
          .findFirst()
          .orElse(field + ": unknown 0")
          .replaceAll("\\s+", " ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    enough.set(true);
    Deadlines.awaitEnd(throwers);
    for (SocketChannel channel : idle) {
      channel.close();
    }
  }
}
