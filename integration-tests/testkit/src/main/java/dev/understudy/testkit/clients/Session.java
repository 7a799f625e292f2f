package dev.understudy.testkit.clients;

import dev.understudy.admin.machine.ReplicaStandby;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.peer.PeerServer;
import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.SimulatedMachine;
import dev.understudy.testkit.history.Answering;
import dev.understudy.testkit.history.Call;
import dev.understudy.testkit.history.History.Pending;
import dev.understudy.testkit.history.Outcome;
import dev.understudy.testkit.invariants.Violation;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One call, from machine to machine: a standby directs it to the leader, and one that was certainly
 * not done is tried again elsewhere, as clients of etcd do. It ends with an answer, at its
 * deadline, or when the process that had it is gone.
 */
final class Session {
  private static final int MAX_REDIRECTS = 5;
  private static final int MAX_ATTEMPTS = 4;
  private static final int LONGEST_WAY_MILLIS = 4;
  private static final int LONGEST_PAUSE_MILLIS = 300;

  /** Longer than a machine takes to say that it does not know. */
  private static final long DEADLINE_MILLIS = 12_000;

  /** How soon a client notices that its connection broke. */
  private static final long BROKEN_MILLIS = 200;

  private final SimulatedCluster cluster;
  private final Call call;
  private final Pending pending;
  private final Consumer<Outcome> whenDone;
  private int attempts;
  private boolean ended;

  Session(SimulatedCluster cluster, Call call, Pending pending, Consumer<Outcome> whenDone) {
    this.cluster = cluster;
    this.call = call;
    this.pending = pending;
    this.whenDone = whenDone;
  }

  void start() {
    cluster
        .time()
        .schedule(DEADLINE_MILLIS, () -> end(new Outcome.Unknown("no answer in time"), nobody()));
    attempt();
  }

  private void attempt() {
    attempts++;
    new Attempt(cluster.anyMachine(), 0).send();
  }

  private static Answering nobody() {
    return Answering.NOBODY;
  }

  private void end(Outcome outcome, Answering by) {
    if (!ended) {
      ended = true;
      pending.respond(outcome, by, cluster.time().nowNanos());
      whenDone.accept(outcome);
    }
  }

  private long wayMillis() {
    return 1L + cluster.time().random().nextInt(LONGEST_WAY_MILLIS);
  }

  /** It was certainly not done: another machine may do it. */
  private void failed(String reason, Answering by) {
    if (attempts == MAX_ATTEMPTS) {
      end(new Outcome.Failed(reason), by);
    } else if (!ended) {
      long pause = 1L + cluster.time().random().nextInt(LONGEST_PAUSE_MILLIS);
      cluster.time().schedule(pause, () -> unlessEnded(this::attempt));
    }
  }

  private void unlessEnded(Runnable next) {
    if (!ended) {
      next.run();
    }
  }

  /** The call at one machine. */
  private final class Attempt {
    private final SimulatedMachine machine;
    private final int redirects;
    private Answering process;
    private boolean over;

    Attempt(SimulatedMachine machine, int redirects) {
      this.machine = machine;
      this.redirects = redirects;
    }

    void send() {
      cluster.time().schedule(wayMillis(), () -> unlessEnded(this::arrive));
    }

    private void arrive() {
      process = new Answering(machine.name(), machine.lives());
      if (!machine.isRunning()) {
        failed("connection refused", process);
        return;
      }
      machine.receive(() -> unlessEnded(this::handle));
      watchConnection();
    }

    private void watchConnection() {
      cluster
          .time()
          .schedule(
              BROKEN_MILLIS,
              () -> {
                if (!over && !ended) {
                  if (isSameProcess()) {
                    watchConnection();
                  } else {
                    over = true;
                    end(new Outcome.Unknown("the connection broke"), process);
                  }
                }
              });
    }

    private boolean isSameProcess() {
      return machine.isRunning() && machine.lives() == process.life();
    }

    private void handle() {
      Optional<PeerServer> serving =
          machine.peer().or(() -> machine.replica().flatMap(ReplicaStandby::serving));
      if (serving.isPresent()) {
        Door.call(serving.get().clientBackend(), call).thenAccept(this::answer);
      } else if (machine.standby().isPresent()) {
        machine
            .standby()
            .get()
            .leaderNow()
            .thenAccept(
                leader ->
                    leader.ifPresentOrElse(
                        found -> reply(() -> redirect(found)),
                        () -> reply(() -> failed("no leader is known", process))));
      } else {
        reply(() -> failed("changing its mode", process));
      }
    }

    private void answer(Outcome outcome) {
      if (outcome instanceof Outcome.Failed failed) {
        reply(() -> failed(failed.reason(), process));
      } else {
        reply(() -> end(outcome, process));
      }
    }

    private void reply(Runnable arrival) {
      cluster
          .time()
          .schedule(
              wayMillis(),
              () -> {
                if (!over && !ended) {
                  over = true;
                  arrival.run();
                }
              });
    }

    private void redirect(MachineView leader) {
      if (redirects == MAX_REDIRECTS) {
        throw new Violation("redirects end at a peer", call + " at " + machine.name());
      }
      cluster.machines().stream()
          .filter(other -> other.name().equals(leader.name()))
          .filter(other -> other.peerUrl().equals(leader.peerUrl()))
          .findFirst()
          .ifPresentOrElse(
              other -> new Attempt(other, redirects + 1).send(),
              () -> failed("redirected to nobody", process));
    }
  }
}
