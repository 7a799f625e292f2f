package dev.understudy.peer.driver;

import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import java.util.function.Supplier;

/**
 * Members as lines of the log show them: the machine's name, if it has a seat, and the id in hex.
 * Any thread.
 */
public final class MemberNames {
  private final Supplier<Registry> registry;

  /**
   * @param registry the seats as of now
   */
  public MemberNames(Supplier<Registry> registry) {
    this.registry = registry;
  }

  /** For example {@code m2 (9f3a6c1e)}, or {@code 9f3a6c1e} for a member without a seat. */
  public String of(long member) {
    String id = Long.toHexString(member);
    return registry
        .get()
        .byMember(member)
        .map(Seat::name)
        .map(name -> name + " (" + id + ")")
        .orElse(id);
  }
}
