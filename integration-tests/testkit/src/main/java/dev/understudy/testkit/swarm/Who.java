package dev.understudy.testkit.swarm;

import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.SimulatedMachine;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which machine something happens to: chosen when it happens, by what the machines are then.
 *
 * @param role what the machine is
 * @param number which of them, counted around
 */
public record Who(Role role, int number) {
  /** What a machine may be at the moment. */
  public enum Role {
    ANY,
    LEADER,
    PEER,
    STANDBY
  }

  /** The machine; empty when none is in that role. */
  public Optional<SimulatedMachine> in(SimulatedCluster cluster) {
    List<SimulatedMachine> some =
        switch (role) {
          case ANY -> cluster.machines();
          case LEADER -> cluster.leader().map(List::of).orElse(List.of());
          case PEER -> cluster.peers();
          case STANDBY -> cluster.standbys();
        };
    return some.isEmpty() ? Optional.empty() : Optional.of(some.get(number % some.size()));
  }

  @Override
  public String toString() {
    String name = role.name().toLowerCase(Locale.ROOT);
    return role == Role.LEADER ? name : name + " " + number;
  }
}
