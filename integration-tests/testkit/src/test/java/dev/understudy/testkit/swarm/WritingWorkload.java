package dev.understudy.testkit.swarm;

import dev.understudy.peer.PeerServer;
import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.SimulatedMachine;
import dev.understudy.testkit.WritingClients;

/** Clients that write and read, each key once. */
final class WritingWorkload implements Workload {
  /** A request ends at its deadline; a process that was killed answers none. */
  private static final long ANSWERED_WITHIN_MILLIS = 10_000;

  private final SimulatedCluster cluster;
  private final int count;
  private WritingClients clients;
  private long endedMillis;

  WritingWorkload(SimulatedCluster cluster, int count) {
    this.cluster = cluster;
    this.count = count;
  }

  @Override
  public void begin() {
    clients = new WritingClients(cluster, count);
  }

  @Override
  public void end() {
    clients.stop();
    endedMillis = cluster.time().nowMillis();
  }

  @Override
  public boolean isQuiet() {
    return cluster.time().nowMillis() - endedMillis >= ANSWERED_WITHIN_MILLIS;
  }

  @Override
  public void check() {
    cluster.peers().stream()
        .map(SimulatedMachine::peer)
        .map(peer -> peer.map(PeerServer::clientBackend).orElseThrow())
        .forEach(backend -> clients.check(backend.version()));
  }

  @Override
  public long operations() {
    return clients == null ? 0 : clients.writesDone() + clients.readsDone();
  }
}
