package dev.understudy.admin.machine;

import dev.understudy.admin.machine.ClusterFinder.Patience;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.standby.WorkLoop;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the machines of a cluster for a seat, one after the other. Used on the loop alone. */
final class SeatSearch {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterFinder.class);

  /** How often it asks while another process seems to be alive. */
  private static final int ALIVE_ELSEWHERE_TRIES = 8;

  private static final long IDENTITY_TIMEOUT_MILLIS = 1_000;

  private final String name;
  private final ClusterClient client;
  private final Patience patience;
  private final WorkLoop loop;
  private final JoinReasons reasons;
  private final Set<String> foreign = new HashSet<>();

  /**
   * @param name of the machine, for the log
   */
  SeatSearch(String name, ClusterClient client, Patience patience, WorkLoop loop) {
    this.name = name;
    this.client = client;
    this.patience = patience;
    this.loop = loop;
    this.reasons = new JoinReasons(name);
  }

  /** Reads a peer's answer; empty when the next peer is to be asked. */
  @FunctionalInterface
  interface AnswerReader {
    Optional<StartupMode> read(ClusterResponse<JoinReply> answer) throws StartRefusedException;
  }

  /**
   * Asks one peer after the other until an answer decides. Right after a power cut the cluster may
   * take the process from before it for a living one, until that was silent for a while: so long
   * they are asked again.
   *
   * @param cluster whose answers count; 0 for any
   * @return empty when no answer decides; completes on the loop
   */
  CompletableFuture<Optional<StartupMode>> ask(
      List<String> peerUrls, JoinRequest request, long cluster, AnswerReader reader) {
    return ask(new Question(peerUrls, request, cluster, reader), ALIVE_ELSEWHERE_TRIES);
  }

  /**
   * The addresses at which somebody else is than a process, or nobody answers.
   *
   * @return completes on the loop
   */
  CompletableFuture<List<String>> others(List<String> peerUrls, long process) {
    List<CompletableFuture<Boolean>> isOther =
        peerUrls.stream()
            .map(
                url ->
                    client
                        .identity(url, IDENTITY_TIMEOUT_MILLIS)
                        .thenApply(
                            answer ->
                                answer
                                    .granted()
                                    .filter(there -> there.process() == process)
                                    .isEmpty()))
            .toList();
    return CompletableFuture.allOf(isOther.toArray(CompletableFuture[]::new))
        .thenApplyAsync(
            all ->
                IntStream.range(0, peerUrls.size())
                    .filter(i -> isOther.get(i).join())
                    .mapToObj(peerUrls::get)
                    .toList(),
            loop);
  }

  /** Why the last time that they were asked decided nothing. */
  StartRefusedException nobodyReached() {
    return reasons.nobodyReached(patience.attempts());
  }

  private record Question(
      List<String> peerUrls, JoinRequest request, long cluster, AnswerReader reader) {}

  private CompletableFuture<Optional<StartupMode>> ask(Question question, int tries) {
    reasons.clear();
    return askInTurn(question, 0)
        .handle(
            (decided, failure) ->
                tries > 1 && causeOf(failure) instanceof AliveElsewhereException
                    ? pause(patience.aliveElsewhereMillis() / ALIVE_ELSEWHERE_TRIES)
                        .thenCompose(over -> ask(question, tries - 1))
                    : resultOf(decided, failure))
        .thenCompose(Function.identity());
  }

  private static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  private static <T> CompletableFuture<T> resultOf(T value, Throwable failure) {
    return failure == null
        ? CompletableFuture.completedFuture(value)
        : CompletableFuture.failedFuture(causeOf(failure));
  }

  private CompletableFuture<Void> pause(long millis) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    loop.schedule(() -> over.complete(null), millis);
    return over;
  }

  private CompletableFuture<Optional<StartupMode>> askInTurn(Question question, int position) {
    if (position == question.peerUrls().size()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    String peerUrl = question.peerUrls().get(position);
    return client
        .join(peerUrl, question.request(), patience.timeoutMillis())
        .thenComposeAsync(
            answer -> {
              reasons.note(peerUrl, answer);
              Optional<StartupMode> decided;
              try {
                decided =
                    isForeign(peerUrl, answer, question.cluster())
                        ? Optional.empty()
                        : question.reader().read(answer);
              } catch (StartRefusedException e) {
                return CompletableFuture.failedFuture(e);
              }
              return decided.isPresent()
                  ? CompletableFuture.completedFuture(decided)
                  : askInTurn(question, position + 1);
            },
            loop);
  }

  /**
   * Whether an answer comes from another cluster, which has come by an address of this one: a seat
   * there would cost what this machine has, and its refusals mean nothing.
   */
  private boolean isForeign(String peerUrl, ClusterResponse<JoinReply> answer, long own) {
    long other = 0;
    if (answer instanceof ClusterResponse.Granted<JoinReply> granted) {
      other = granted.value().clusterId();
    } else if (answer instanceof ClusterResponse.Refused<JoinReply> refused) {
      other = refused.clusterId();
    }
    if (own == 0 || other == 0 || other == own) {
      return false;
    }
    if (foreign.add(peerUrl + " " + other)) {
      LOG.warn(
          "{}: belongs to cluster {} and passes over {}, where cluster {} is",
          name,
          HexId.text(own),
          peerUrl,
          HexId.text(other));
    }
    return true;
  }
}
