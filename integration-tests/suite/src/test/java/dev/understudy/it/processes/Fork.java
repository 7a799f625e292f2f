package dev.understudy.it.processes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Which of the processes that run these tests beside each other this one is, be they of one build
 * or of several on the same machine: each holds a port for as long as it lives, and by that a place
 * of its own.
 */
final class Fork {
  /** So many have ports and addresses of their own. */
  private static final int COUNT = 17;

  /** Of each; all are above what services use, below what outgoing connections are given. */
  private static final int PORTS = 1_000;

  private static final int LOWEST = 15_000;

  /** Never closed: it is what others find taken. */
  private static final ServerSocket PLACE = takePlace();

  /** From 0; less than the number of places. */
  static final int NUMBER = (PLACE.getLocalPort() - LOWEST) / PORTS;

  static final int LOWEST_PORT = PLACE.getLocalPort() + 1;

  static final int HIGHEST_PORT = PLACE.getLocalPort() + PORTS - 1;

  private Fork() {}

  private static ServerSocket takePlace() {
    for (int number = 0; number < COUNT; number++) {
      try {
        return new ServerSocket(LOWEST + number * PORTS, 1, InetAddress.getLoopbackAddress());
      } catch (IOException taken) {
        // By another process, or by a program that is none of ours: the next one will do.
      }
    }
    throw new IllegalStateException("no place for one more process of tests");
  }
}
