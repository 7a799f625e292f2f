package dev.understudy.testkit.swarm;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.standby.StandbyMode;
import dev.understudy.testkit.FaultRates;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * All that is decided of a run before it begins. Two runs of one plan are alike.
 *
 * @param seed of what is left to chance during the run
 * @param machines how many there are in the beginning
 * @param config of the cluster that the first founds
 * @param standbyModes what a machine is when it has no seat, the first machine's first, counted
 *     around
 * @param kinds of faults that are on; for people, since steps and rates say all
 * @param rates what goes wrong by itself
 * @param clients how many there are
 * @param faultyMillis how long things go wrong, before all is healed
 * @param steps what happens, in the order of time
 */
public record Plan(
    long seed,
    int machines,
    ClusterConfig config,
    List<StandbyMode> standbyModes,
    Set<FaultKind> kinds,
    FaultRates rates,
    int clients,
    long faultyMillis,
    List<Step> steps) {
  /**
   * An action and its time.
   *
   * @param atMillis after the beginning of the faults
   */
  public record Step(long atMillis, Action action) {}

  public Plan {
    standbyModes = List.copyOf(standbyModes);
    kinds = Set.copyOf(kinds);
    steps = List.copyOf(steps);
  }

  /** This with other steps. */
  public Plan withSteps(List<Step> next) {
    return new Plan(
        seed, machines, config, standbyModes, kinds, rates, clients, faultyMillis, next);
  }

  /** This without some steps. */
  public Plan without(Predicate<Step> gone) {
    return withSteps(steps.stream().filter(gone.negate()).toList());
  }

  /** This with other rates. */
  public Plan withRates(FaultRates next) {
    return new Plan(
        seed, machines, config, standbyModes, kinds, next, clients, faultyMillis, steps);
  }

  /** This with all standbys of the ordinary mode. */
  public Plan withOrdinaryStandbys() {
    return new Plan(
        seed,
        machines,
        config,
        List.of(StandbyMode.REDIRECT),
        kinds,
        rates,
        clients,
        faultyMillis,
        steps);
  }

  /** What the machine of a number, from 1 on, is when it has no seat. */
  StandbyMode standbyMode(int number) {
    return standbyModes.get((number - 1) % standbyModes.size());
  }

  /** This with so many clients. */
  public Plan withClients(int next) {
    return new Plan(seed, machines, config, standbyModes, kinds, rates, next, faultyMillis, steps);
  }

  /** This with another end of the faults; what would happen later does not happen. */
  public Plan withFaultyMillis(long next) {
    return new Plan(seed, machines, config, standbyModes, kinds, rates, clients, next, steps)
        .without(step -> step.atMillis() > next);
  }

  @Override
  public String toString() {
    return "seed %d: %d machines, %s, standbys %s, %d clients, %.1f s of faults%n  %s%n  %s%n%s"
        .formatted(
            seed,
            machines,
            config.toJson(),
            standbyModes,
            clients,
            faultyMillis / 1000.0,
            new TreeSet<>(kinds),
            rates,
            steps.stream()
                .map(step -> "  %8.3f s  %s".formatted(step.atMillis() / 1000.0, step.action()))
                .collect(Collectors.joining("\n")));
  }
}
