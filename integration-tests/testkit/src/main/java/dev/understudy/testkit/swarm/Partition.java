package dev.understudy.testkit.swarm;

import dev.understudy.testkit.SimulatedMachine;
import dev.understudy.testkit.SimulatedNetwork.Division;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The network between machines is divided for a while.
 *
 * @param shape how
 * @param who is apart from the others, or the first of them
 * @param size how many are apart, where that is not one
 * @param millis for how long
 */
public record Partition(Shape shape, Who who, int size, long millis) implements Action {
  /** What does not pass. */
  public enum Shape {
    /** Nothing between those apart and the others. */
    APART,
    /** Nothing that the one sends. */
    MUTE,
    /** Nothing that is sent to the one. */
    DEAF,
    /** Nothing but between neighbours in a ring. */
    RING
  }

  @Override
  public void happen(Stage stage) {
    List<String> urls = stage.cluster().machines().stream().map(SimulatedMachine::peerUrl).toList();
    who.in(stage.cluster())
        .map(machine -> urls.indexOf(machine.peerUrl()))
        .filter(first -> first >= 0)
        .map(first -> division(urls, first))
        .ifPresent(
            division -> {
              stage.cluster().network().divide(division);
              stage.endAfter(millis, () -> stage.cluster().network().heal(division));
            });
  }

  private Division division(List<String> urls, int first) {
    String one = urls.get(first);
    Set<String> machines = Set.copyOf(urls);
    Set<String> apart =
        IntStream.range(first, first + size)
            .mapToObj(number -> urls.get(number % urls.size()))
            .collect(Collectors.toUnmodifiableSet());
    return switch (shape) {
      case APART -> between(machines, (from, to) -> apart.contains(from) != apart.contains(to));
      case MUTE -> between(machines, (from, to) -> from.equals(one));
      case DEAF -> between(machines, (from, to) -> to.equals(one));
      case RING -> between(machines, (from, to) -> !areNeighbours(urls, from, to));
    };
  }

  /** Clients and operators reach everybody. */
  private static Division between(Set<String> machines, Division division) {
    return (from, to) ->
        machines.contains(from) && machines.contains(to) && division.blocks(from, to);
  }

  private static boolean areNeighbours(List<String> urls, String from, String to) {
    int distance = Math.abs(urls.indexOf(from) - urls.indexOf(to));
    return distance <= 1 || distance == urls.size() - 1;
  }
}
