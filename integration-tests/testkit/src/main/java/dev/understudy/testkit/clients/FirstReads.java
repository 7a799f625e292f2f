package dev.understudy.testkit.clients;

import dev.understudy.peer.PeerServer;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.testkit.ClusterListener;
import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.SimulatedMachine;
import dev.understudy.testkit.history.Answering;
import dev.understudy.testkit.history.Call;
import dev.understudy.testkit.history.History;

/**
 * A client that reads at every new leader as soon as it leads, which is when one that does not know
 * yet what is committed would answer with too little. Other clients hardly ever come at that
 * moment.
 */
final class FirstReads implements ClusterListener {
  private final int number;
  private final SimulatedCluster cluster;
  private final Mix mix;
  private final History history;
  private long newestTerm;
  private boolean stopped;

  FirstReads(int number, SimulatedCluster cluster, Mix mix, History history) {
    this.number = number;
    this.cluster = cluster;
    this.mix = mix;
    this.history = history;
  }

  void stop() {
    stopped = true;
  }

  @Override
  public void turned(String machine, PeerServer peer) {
    PeerStatus status = peer.status();
    if (!stopped && status.isLeader() && status.term() > newestTerm) {
      newestTerm = status.term();
      cluster.time().schedule(0, () -> readAt(peer));
    }
  }

  private void readAt(PeerServer leader) {
    cluster.machines().stream()
        .filter(machine -> machine.peer().filter(leader::equals).isPresent())
        .findFirst()
        .ifPresent(machine -> machine.receive(() -> read(machine, leader)));
  }

  /** One whose process ends has no answer, which says nothing. */
  private void read(SimulatedMachine machine, PeerServer leader) {
    Answering by = new Answering(machine.name(), machine.lives());
    for (int register = 0; register < mix.registers(); register++) {
      Call call = new Call.Read(Repertoire.register(register), true);
      History.Pending pending = history.invoke(number, call, cluster.time().nowNanos());
      Door.call(leader.clientBackend(), call)
          .thenAccept(outcome -> pending.respond(outcome, by, cluster.time().nowNanos()));
    }
  }
}
