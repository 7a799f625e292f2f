package dev.understudy.admin.machine;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.understudy.admin.cli.MachineOptions.Limits;
import java.lang.management.ManagementFactory;
import java.util.OptionalInt;

/**
 * How many connections the two ports hold at most, so that descriptors are left for the log, for
 * snapshots and for connections to other machines.
 *
 * @param clients to the client port
 * @param peers to the peer port
 */
record ConnectionLimits(int clients, int peers) {
  /** Segments, snapshots, connections to peers, files of libraries; a few dozen are in use. */
  private static final long RESERVE = 64;

  private static final long MIN_CLIENTS = 16;
  private static final long MIN_PEERS = 16;
  private static final long MAX_PEERS = 512;

  /** A connection that does nothing takes a fraction of it; one with a request more. */
  private static final long HEAP_BYTES = 16 << 10;

  /**
   * @param maxDescriptors what the process may have open
   * @param openDescriptors what it has open already
   */
  static ConnectionLimits of(
      OptionalInt clients,
      OptionalInt ofPeers,
      long maxDescriptors,
      long openDescriptors,
      long heapBytes) {
    int peers = ofPeers.orElse((int) Math.min(MAX_PEERS, Math.max(MIN_PEERS, maxDescriptors / 8)));
    long left = maxDescriptors - openDescriptors - RESERVE - peers;
    long usual = Math.max(MIN_CLIENTS, Math.min(left, heapBytes / HEAP_BYTES));
    return new ConnectionLimits(clients.orElse((int) Math.min(Integer.MAX_VALUE, usual)), peers);
  }

  /** By what this process may have open. */
  static ConnectionLimits ofProcess(Limits limits) {
    OptionalInt clients = limits.clientConnections();
    OptionalInt peers = limits.ports().peerConnections();
    long heap = Runtime.getRuntime().maxMemory();
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? of(
            clients,
            peers,
            unix.getMaxFileDescriptorCount(),
            unix.getOpenFileDescriptorCount(),
            heap)
        : of(clients, peers, Integer.MAX_VALUE, 0, heap);
  }
}
