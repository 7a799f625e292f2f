package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.FoundingRequest;
import dev.understudy.clusterconfig.MachineIdentity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Machines that begin together, with empty directories and one list of peers that holds all of
 * them, choose the one that founds their cluster: once a majority of the list is there, the one of
 * these with the lowest address, see {@link StartingMachine}. Each asks the others round by round.
 *
 * <p>Used on the loop alone, on which its futures complete.
 */
final class FounderChoice {
  private static final Logger LOG = LoggerFactory.getLogger(FounderChoice.class);

  private static final long TIMEOUT_MILLIS = 1_000;
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  /** Addresses in the order of their numbers, so that 10.0.0.9 comes before 10.0.0.10. */
  private static final Comparator<String> BY_ADDRESS =
      Comparator.comparing(
          url ->
              NUMBER
                  .matcher(url)
                  .replaceAll(n -> String.format("%010d", Integer.parseInt(n.group()))));

  /** How a round ended. */
  enum Step {
    /** This machine is to found the cluster. */
    FOUND,

    /** There is a cluster at one of the addresses: join it. */
    JOIN,

    /** Neither yet: ask again. */
    WAIT
  }

  private final String ownUrl;
  private final List<String> list;
  private final List<String> others;
  private final StartingMachine starting;
  private final ClusterClient client;
  private final Executor loop;
  private Optional<String> designated = Optional.empty();
  private long attempts;
  private long rounds;

  /**
   * @param ownUrl this machine's peer URL
   * @param others those of the others in the list
   * @throws IOException if an earlier promise cannot be read
   */
  FounderChoice(
      String ownUrl,
      List<String> others,
      StartingMachine starting,
      ClusterClient client,
      Executor loop)
      throws IOException {
    List<String> all = new ArrayList<>(others);
    all.add(ownUrl);
    all.sort(BY_ADDRESS);
    this.ownUrl = ownUrl;
    this.others = List.copyOf(others);
    this.list = List.copyOf(all);
    this.starting = starting;
    this.client = client;
    this.loop = loop;
    starting.choosesFrom(list);
  }

  /** From now on only the machine of this peer URL may found the cluster. */
  void designate(String founderUrl) {
    designated = Optional.of(founderUrl);
  }

  /** Gives back what was promised to this machine, which does not found the cluster now. */
  CompletableFuture<?> giveUp() {
    return release(others);
  }

  /** Asks all others once. */
  CompletableFuture<Step> round() {
    rounds++;
    return all(others, url -> client.identity(url, TIMEOUT_MILLIS))
        .thenComposeAsync(this::answered, loop);
  }

  private CompletableFuture<Step> answered(
      Map<String, ClusterResponse<MachineIdentity>> identities) {
    if (identities.values().stream().anyMatch(FounderChoice::hasCluster)) {
      return CompletableFuture.completedFuture(Step.JOIN);
    }
    Map<String, MachineIdentity> ready = new LinkedHashMap<>();
    identities.forEach((url, answer) -> companion(answer).ifPresent(m -> ready.put(url, m)));
    starting.promised().ifPresent(promised -> forgetIfGone(promised, ready));
    List<String> up = new ArrayList<>(ready.keySet());
    up.add(ownUrl);
    boolean first = founder(up).equals(ownUrl);
    if (!isMajority(up.size()) || !first) {
      report(identities, up);
      return release(ready.keySet()).thenApply(released -> Step.WAIT);
    }
    return campaign(List.copyOf(ready.keySet()));
  }

  /** Who is to found the cluster, if it is up. */
  private String founder(List<String> up) {
    return designated.orElseGet(() -> Collections.min(up, BY_ADDRESS));
  }

  /** Versions that know no such question name their cluster in the refusal. */
  private static boolean hasCluster(ClusterResponse<MachineIdentity> answer) {
    return answer.granted().filter(other -> !other.isEmpty()).isPresent()
        || answer instanceof ClusterResponse.Refused<MachineIdentity> refused
            && refused.clusterId() != 0;
  }

  /** Another machine, not this one by another name, that begins with the same list. */
  private Optional<MachineIdentity> companion(ClusterResponse<MachineIdentity> answer) {
    return answer
        .granted()
        .filter(other -> other.process() != starting.identity().process())
        .filter(other -> other.list().equals(list));
  }

  private void forgetIfGone(FoundingRequest promised, Map<String, MachineIdentity> ready) {
    MachineIdentity now =
        promised.founderUrl().equals(ownUrl)
            ? starting.identity()
            : ready.get(promised.founderUrl());
    if (now != null && now.process() != promised.process()) {
      starting.forget(promised);
    }
  }

  private boolean isMajority(int count) {
    return count > list.size() / 2;
  }

  private CompletableFuture<Step> campaign(List<String> companions) {
    attempts++;
    FoundingRequest request = request(false);
    if (!starting.promise(request)) {
      return CompletableFuture.completedFuture(Step.WAIT);
    }
    return all(companions, url -> client.promise(url, request, TIMEOUT_MILLIS))
        .thenComposeAsync(
            answers -> {
              long given =
                  answers.values().stream()
                      .filter(answer -> answer.granted().orElse(false))
                      .count();
              return isMajority((int) given + 1)
                  ? CompletableFuture.completedFuture(Step.FOUND)
                  : release(companions).thenApply(released -> Step.WAIT);
            },
            loop);
  }

  /** Gives back what was promised to this machine, which does not found with it. */
  private CompletableFuture<?> release(Iterable<String> companions) {
    if (attempts == 0) {
      return CompletableFuture.completedFuture(null);
    }
    FoundingRequest request = request(true);
    starting.promise(request);
    return all(companions, url -> client.promise(url, request, TIMEOUT_MILLIS));
  }

  private FoundingRequest request(boolean release) {
    return new FoundingRequest(ownUrl, starting.identity().process(), attempts, release);
  }

  /** At the first round, and then at doubling intervals. */
  private void report(Map<String, ClusterResponse<MachineIdentity>> identities, List<String> up) {
    if (Long.bitCount(rounds) != 1) {
      return;
    }
    Optional<FoundingRequest> promised = starting.promised();
    if (promised.isPresent() && !up.contains(promised.get().founderUrl())) {
      LOG.info(
          "waits for {}, which may have founded the cluster; should it be gone for good, remove the"
              + " file peer/promised from this machine's data directory",
          promised.get().founderUrl());
      return;
    }
    if (isMajority(up.size())) {
      LOG.info(
          designated.isPresent()
              ? "waits for {} to found the cluster, which has claimed that; should it be gone for"
                  + " good, begin with another discovery URL"
              : "waits for {} to found the cluster",
          founder(up));
      return;
    }
    List<String> missing = new ArrayList<>();
    identities.forEach(
        (url, answer) -> {
          if (!up.contains(url)) {
            missing.add(url + " (" + whyMissing(answer) + ")");
          }
        });
    LOG.info(
        "waits for a majority of the {} machines that begin, to found their cluster together;"
            + " missing: {}",
        list.size(),
        String.join(", ", missing));
  }

  private static String whyMissing(ClusterResponse<MachineIdentity> answer) {
    return answer.granted().isPresent() ? "it has another list of peers" : answer.summary();
  }

  /** Asks all at once. */
  private static <T> CompletableFuture<Map<String, ClusterResponse<T>>> all(
      Iterable<String> urls, Function<String, CompletableFuture<ClusterResponse<T>>> question) {
    CompletableFuture<Map<String, ClusterResponse<T>>> collected =
        CompletableFuture.completedFuture(new LinkedHashMap<>());
    for (String url : urls) {
      collected =
          collected.thenCombine(
              question.apply(url),
              (answers, answer) -> {
                answers.put(url, answer);
                return answers;
              });
    }
    return collected;
  }
}
