package dev.understudy.peer;

import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineTraits;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The processes that speak for the members at the moment, this one among them. Any thread.
 *
 * @param self this peer's member id
 * @param lineage the starts of this peer's directory
 * @param traits what this peer's machine says of itself
 * @param connected the others, as the network sees them
 * @param stated what the others have said of their machines
 */
record Processes(
    long self,
    Lineage lineage,
    MachineTraits traits,
    Supplier<Map<Long, Lineage>> connected,
    Supplier<Map<Long, MachineTraits>> stated) {
  /** What each of them states of its starts. */
  Map<Long, Lineage> all() {
    Map<Long, Lineage> all = new HashMap<>(connected.get());
    all.put(self, lineage);
    return all;
  }

  /** What the machines of members have said of themselves. */
  Map<Long, MachineTraits> allTraits() {
    Map<Long, MachineTraits> all = new HashMap<>(stated.get());
    all.put(self, traits);
    return all;
  }

  /** What the process of a member states of its starts; empty when none is there. */
  Optional<Lineage> of(long member) {
    return Optional.ofNullable(all().get(member));
  }
}
