package dev.understudy.admin.machine;

import dev.understudy.admin.cli.MachineOptions.ClusterState;
import dev.understudy.admin.discovery.Discovery;
import dev.understudy.admin.discovery.DiscoveryException;
import dev.understudy.admin.discovery.Found;
import dev.understudy.admin.machine.ClusterFinder.Given;
import dev.understudy.admin.machine.ClusterFinder.Patience;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.peer.PeerServer.RecoveredIdentity;
import dev.understudy.standby.StandbyInfo;
import dev.understudy.standby.WorkLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the cluster by way of a token, see {@link Discovery}, and leaves the rest to a {@link
 * ClusterFinder} that is given whom the token names.
 *
 * <p>A machine with an empty directory waits until enough are there. The first of them choose their
 * founder as machines with one {@code --peers} list do, and the founder must have claimed the token
 * besides; all others join. Used on the loop alone, as a {@link ClusterFinder} is.
 */
final class TokenFinder {
  private static final Logger LOG = LoggerFactory.getLogger(TokenFinder.class);

  /** Between two looks at the token, and two questions of machines that begin together. */
  private static final long ROUND_MILLIS = 1_000;

  /** Chooses the founder among this machine and others. */
  @FunctionalInterface
  interface Choices {
    /**
     * @throws IOException if an earlier promise cannot be read
     */
    FounderChoice among(List<String> others) throws IOException;
  }

  private final MachineRecord self;
  private final Given given;
  private final Discovery discovery;
  private final Patience patience;
  private final WorkLoop loop;
  private final Function<Given, ClusterFinder> finders;
  private final Choices choices;
  private long waits;

  /**
   * @param given what the operator has said besides the token
   * @param finders makes a finder that is given this instead
   */
  TokenFinder(
      MachineRecord self,
      Given given,
      Discovery discovery,
      Patience patience,
      WorkLoop loop,
      Function<Given, ClusterFinder> finders,
      Choices choices) {
    this.self = self;
    this.given = given;
    this.discovery = discovery;
    this.patience = patience;
    this.loop = loop;
    this.finders = finders;
    this.choices = choices;
  }

  /** As {@link ClusterFinder#find}. */
  CompletableFuture<StartupMode> find(
      Optional<StandbyInfo> saved, Optional<RecoveredIdentity> log) {
    return log.isPresent() || saved.filter(StandbyInfo::tellsOfACluster).isPresent()
        ? lookOnce(saved, log)
        : search(1);
  }

  /** A machine that knows its cluster learns of others, and starts without them if it must. */
  private CompletableFuture<StartupMode> lookOnce(
      Optional<StandbyInfo> saved, Optional<RecoveredIdentity> log) {
    return looked()
        .thenCompose(
            look -> {
              look.failure().ifPresent(why -> LOG.warn("{}: {}", self.name(), why.getMessage()));
              return finders
                  .apply(look.found().map(found -> with(found, given.state())).orElse(given))
                  .find(saved, log);
            });
  }

  /** Nobody is at a token that cannot be read. */
  private record Look(Optional<Found> found, Optional<DiscoveryException> failure) {}

  private CompletableFuture<Look> looked() {
    return discovery
        .look()
        .handle(
            (found, failure) -> {
              Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
              if (cause == null) {
                return new Look(Optional.of(found), Optional.empty());
              }
              if (cause instanceof DiscoveryException expected) {
                return new Look(Optional.empty(), Optional.of(expected));
              }
              throw new CompletionException(cause);
            });
  }

  /** The same, with those whom the token names before those whom the operator has named. */
  private Given with(Found found, ClusterState state) {
    Set<String> urls = new LinkedHashSet<>(found.urls());
    urls.removeIf(url -> MachineUrl.same(url, self.peerUrl()));
    urls.addAll(given.peerUrls());
    return new Given(List.copyOf(urls), false, state);
  }

  private CompletableFuture<StartupMode> search(int attempt) {
    return looked()
        .thenCompose(
            look -> {
              if (look.found().isPresent()) {
                return begin(look.found().get());
              }
              DiscoveryException why = look.failure().orElseThrow();
              boolean last = patience.attempts() != 0 && attempt >= patience.attempts();
              if (why.isForGood() || last) {
                return withoutToken(why);
              }
              LOG.info("{}: {}", self.name(), why.getMessage());
              return pause(patience.intervalMillis()).thenCompose(over -> search(attempt + 1));
            });
  }

  private CompletableFuture<StartupMode> withoutToken(DiscoveryException why) {
    if (given.peerUrls().isEmpty()) {
      return CompletableFuture.failedFuture(
          new StartRefusedException(
              "no cluster could be found with --discovery: "
                  + why.getMessage()
                  + "; name machines with --peers, or give all machines of a new cluster another"
                  + " URL (understudy discovery new)"));
    }
    LOG.warn("{}: goes on with --peers, since {}", self.name(), why.getMessage());
    return finders.apply(given).find(Optional.empty(), Optional.empty());
  }

  private CompletableFuture<StartupMode> begin(Found found) {
    boolean hasClaimed =
        found.founder().filter(by -> MachineUrl.same(by.peerUrl(), self.peerUrl())).isPresent();
    if (hasClaimed && given.state() != ClusterState.NEW) {
      return backToItsOwn(found);
    }
    boolean isFirst =
        found.firstUrls().stream().anyMatch(url -> MachineUrl.same(url, self.peerUrl()));
    if (isFirst
        && given.state() != ClusterState.EXISTING
        && (found.isComplete() || found.founder().isPresent())) {
      return choose(found);
    }
    if (found.founder().isPresent()) {
      return finders
          .apply(with(found, ClusterState.EXISTING))
          .find(Optional.empty(), Optional.empty());
    }
    report(found);
    return pause(ROUND_MILLIS).thenCompose(over -> search(1));
  }

  /**
   * An earlier process of this machine has claimed the founding, and nothing of it lies here: it
   * has founded the cluster and its disk is lost, or it has ended in the moment before. One token
   * makes one cluster, so it joins that or nothing.
   */
  private CompletableFuture<StartupMode> backToItsOwn(Found found) {
    Given others = with(found, ClusterState.EXISTING);
    return others.peerUrls().isEmpty()
        ? CompletableFuture.failedFuture(
            new StartRefusedException(
                "this machine has begun to found the cluster of this discovery URL before, and its"
                    + " data are gone; name others with --peers, or begin anew with another URL"
                    + " (understudy discovery new) or with --cluster-state new"))
        : finders.apply(others).find(Optional.empty(), Optional.empty());
  }

  /** At the first time, and then at doubling intervals. */
  private void report(Found found) {
    waits++;
    if (Long.bitCount(waits) != 1) {
      return;
    }
    String there = String.join(", ", found.urls());
    if (found.isComplete()) {
      LOG.info(
          "waits until the first {} machines have founded their cluster: {}", found.size(), there);
    } else {
      LOG.info(
          "waits for {} more machines of {} at the discovery URL; there are: {}",
          found.size() - found.machines().size(),
          found.size(),
          there.isEmpty() ? "none" : there);
    }
  }

  private CompletableFuture<StartupMode> choose(Found found) {
    List<String> others = new ArrayList<>(found.firstUrls());
    others.removeIf(url -> MachineUrl.same(url, self.peerUrl()));
    FounderChoice choice;
    try {
      choice = choices.among(others);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(new StartRefusedException(e.getMessage(), e));
    }
    Beginning beginning =
        new Beginning(choice, finders.apply(with(found, ClusterState.EXISTING)), found);
    if (found.founder().isEmpty()) {
      return together(beginning);
    }
    choice.designate(found.founder().get().peerUrl());
    return beginning
        .join()
        .thenCompose(
            joined ->
                joined.isPresent()
                    ? CompletableFuture.completedFuture(joined.get())
                    : together(beginning));
  }

  private record Beginning(FounderChoice choice, ClusterFinder finder, Found found) {
    CompletableFuture<Optional<StartupMode>> join() {
      return finder.joinOnce();
    }
  }

  private CompletableFuture<StartupMode> together(Beginning beginning) {
    return beginning
        .choice()
        .round()
        .thenCompose(
            step ->
                switch (step) {
                  case FOUND -> claim(beginning);
                  case JOIN -> beginning.join();
                  case WAIT -> nothing();
                })
        .thenCompose(
            decided ->
                decided.isPresent()
                    ? CompletableFuture.completedFuture(decided.get())
                    : pause(ROUND_MILLIS).thenCompose(over -> together(beginning)));
  }

  private static CompletableFuture<Optional<StartupMode>> nothing() {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  /** Of one token there comes one cluster: who claims it first founds it, or nobody does. */
  private CompletableFuture<Optional<StartupMode>> claim(Beginning beginning) {
    return discovery
        .claim()
        .thenApply(Optional::of)
        .exceptionally(
            failure -> {
              Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
              LOG.info("{} does not found the cluster yet: {}", self.name(), cause.getMessage());
              return Optional.empty();
            })
        .thenCompose(
            claimer -> {
              if (claimer.filter(by -> MachineUrl.same(by.peerUrl(), self.peerUrl())).isPresent()) {
                OptionalInt seats = OptionalInt.of(beginning.found().size());
                return CompletableFuture.completedFuture(
                    Optional.of(new StartupMode.AsFounder(seats)));
              }
              claimer.ifPresent(other -> beginning.choice().designate(other.peerUrl()));
              return beginning.choice().giveUp().thenCompose(released -> nothing());
            });
  }

  private CompletableFuture<Void> pause(long millis) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    loop.schedule(() -> over.complete(null), millis);
    return over;
  }
}
