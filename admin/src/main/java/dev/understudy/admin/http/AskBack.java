package dev.understudy.admin.http;

import dev.understudy.clusterconfig.AnsweringMachine;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.MachineRecord;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks a machine, at the peer URL that somebody has announced for it, whether that is so. Without
 * secrets this is all the proof there can be: whoever answers there has the place.
 *
 * <p>A few questions at a time, so that this port is no means to send many requests to others. For
 * any thread; never blocks.
 */
public final class AskBack {
  /** Machines start together in greater numbers than this only in a test. */
  private static final int AT_ONCE = 64;

  /** What came of a question. */
  sealed interface Answer {
    /** The machine is there. */
    record Confirmed(Optional<AnsweringMachine> machine) implements Answer {}

    /** Another machine is there, or it says something else of itself. */
    record Contradicted(AnsweringMachine machine) implements Answer {}

    /** No machine is there, or it did not answer in time. */
    record Silent(String reason) implements Answer {}
  }

  /** How other machines are asked: {@link ClusterClient#identify}. */
  @FunctionalInterface
  public interface Identify {
    /** Asks whatever listens at a peer URL who it is. */
    CompletableFuture<ClusterResponse<Optional<AnsweringMachine>>> identify(
        String peerUrl, long timeoutMillis);
  }

  private final Identify others;
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * @param others reaches other machines
   */
  public AskBack(Identify others) {
    this.others = others;
  }

  /** Asks; completes within the time, on a thread of the client. */
  CompletableFuture<Answer> ask(MachineRecord announced, long timeoutMillis) {
    if (underWay.incrementAndGet() > AT_ONCE) {
      underWay.decrementAndGet();
      return CompletableFuture.completedFuture(
          new Answer.Silent("too many machines are being asked at the moment"));
    }
    return others
        .identify(announced.peerUrl(), timeoutMillis)
        .whenComplete((answer, bug) -> underWay.decrementAndGet())
        .thenApply(answer -> judged(announced, answer));
  }

  private static Answer judged(
      MachineRecord announced, ClusterResponse<Optional<AnsweringMachine>> answer) {
    Optional<Optional<AnsweringMachine>> reached = answer.granted();
    if (reached.isEmpty()) {
      return new Answer.Silent(answer.summary());
    }
    return reached.get().filter(machine -> !machine.confirms(announced)).isPresent()
        ? new Answer.Contradicted(reached.get().get())
        : new Answer.Confirmed(reached.get());
  }
}
