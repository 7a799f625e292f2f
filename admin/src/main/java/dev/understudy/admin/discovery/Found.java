package dev.understudy.admin.discovery;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What lies at a token.
 *
 * @param size how many machines begin as peers
 * @param machines that have registered, in the order in which they came
 * @param founder who has begun to found the cluster; empty when nobody has
 */
public record Found(int size, List<Registration> machines, Optional<Registration> founder) {
  public Found {
    machines = List.copyOf(machines);
  }

  /** The peer URLs of those that begin as peers, as far as they are there. */
  public List<String> firstUrls() {
    return machines.stream().limit(size).map(Registration::peerUrl).toList();
  }

  /** The peer URLs of all, the founder's first. */
  public List<String> urls() {
    return Stream.concat(founder.stream(), machines.stream())
        .map(Registration::peerUrl)
        .distinct()
        .toList();
  }

  /** Whether as many are there as begin as peers. */
  public boolean isComplete() {
    return machines.size() >= size;
  }
}
