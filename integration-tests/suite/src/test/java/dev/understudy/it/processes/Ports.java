package dev.understudy.it.processes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Ports of loopback that nobody listens on, each given once, and to this process alone. */
final class Ports {
  private static final Set<Integer> GIVEN = new HashSet<>();

  private Ports() {}

  static int free() {
    return firstOfFree(1);
  }

  /** The first of so many in a row. */
  static synchronized int firstOfFree(int count) {
    for (int attempt = 0; attempt < 1_000; attempt++) {
      int first =
          ThreadLocalRandom.current().nextInt(Fork.LOWEST_PORT, Fork.HIGHEST_PORT - count + 2);
      int[] row = IntStream.range(first, first + count).toArray();
      if (IntStream.of(row).allMatch(port -> !GIVEN.contains(port) && isFree(port))) {
        IntStream.of(row).forEach(GIVEN::add);
        return first;
      }
    }
    throw new IllegalStateException("no free port");
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
