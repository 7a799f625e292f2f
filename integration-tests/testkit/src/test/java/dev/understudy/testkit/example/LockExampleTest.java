package dev.understudy.testkit.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.ClientBackend;
import dev.understudy.peer.PeerServer;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.SimulatedMachine;
import dev.understudy.testkit.invariants.Violation;
import dev.understudy.testkit.swarm.Swarm;
import dev.understudy.testkit.swarm.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * How client code of one's own is run against clusters with faults: here a lock, which is a key.
 */
class LockExampleTest {
  @Test
  void nobodyHoldsTheLockBesideAnother() {
    assertThat(Swarm.of(Locks::new).run(1, 10).operations()).isPositive();
  }

  /** Clients that take the lock by making a key, and give it back by deleting it. */
  private static final class Locks implements Workload {
    private static final String KEY = "/lock";
    private static final int LONGEST_PAUSE_MILLIS = 1_000;

    private final SimulatedCluster cluster;
    private final int clients;
    private final List<String> complaints = new ArrayList<>();
    private OptionalInt holder = OptionalInt.empty();
    private long taken;
    private boolean ended;

    Locks(SimulatedCluster cluster, int clients) {
      this.cluster = cluster;
      this.clients = clients;
    }

    @Override
    public void begin() {
      for (int client = 1; client <= clients; client++) {
        later(client);
      }
    }

    private void later(int client) {
      int pause = 1 + cluster.time().random().nextInt(LONGEST_PAUSE_MILLIS);
      cluster.time().schedule(pause, () -> act(client));
    }

    private void act(int client) {
      if (ended) {
        return;
      }
      if (holder.isPresent() && holder.getAsInt() == client) {
        // From here on it may be another's at any moment.
        holder = OptionalInt.empty();
        ask(backend -> giveBack(backend, client));
      } else {
        ask(backend -> take(backend, client));
      }
      later(client);
    }

    /** A request that arrives at any machine; a standby has nobody here to answer it. */
    private void ask(Consumer<ClientBackend> request) {
      SimulatedMachine machine = cluster.anyMachine();
      machine.receive(() -> machine.peer().map(PeerServer::clientBackend).ifPresent(request));
    }

    private void take(ClientBackend backend, int client) {
      backend
          .write(new Operation.Create(KEY, false, "c" + client, OptionalLong.empty()))
          .whenComplete(
              (result, failure) -> {
                if (failure == null && result instanceof Result.Success) {
                  holds(client);
                }
              });
    }

    private void holds(int client) {
      taken++;
      if (holder.isPresent()) {
        complaints.add(client + " holds it beside " + holder.getAsInt());
      }
      holder = OptionalInt.of(client);
    }

    private static void giveBack(ClientBackend backend, int client) {
      var unused = backend.write(new Operation.CompareAndDelete(KEY, "c" + client, 0));
    }

    @Override
    public void end() {
      ended = true;
    }

    @Override
    public boolean isQuiet() {
      return ended;
    }

    @Override
    public void check() {
      if (!complaints.isEmpty()) {
        throw new Violation("one at a time holds the lock", complaints.toString());
      }
    }

    @Override
    public long operations() {
      return taken;
    }
  }
}
