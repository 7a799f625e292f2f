package dev.understudy.peer.driver;

import dev.understudy.clusterconfig.HexId;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Members as lines of the log show them: the machine's name, if it has a seat, had one when it was
 * last mentioned, or comes for one, and the id in hex. Any thread.
 */
public final class MemberNames {
  /** More than a cluster has seats; what is forgotten is shown by its id. */
  private static final int MAX_REMEMBERED = 1_000;

  private final Supplier<Registry> registry;
  private final Map<Long, String> remembered = new ConcurrentHashMap<>();

  /**
   * @param registry the seats as of now
   */
  public MemberNames(Supplier<Registry> registry) {
    this.registry = registry;
  }

  /** For example {@code m2 (9f3a6c1e)}, or {@code 9f3a6c1e} for a member without a seat. */
  public String of(long member) {
    String id = HexId.text(member);
    Optional<String> name = registry.get().byMember(member).map(Seat::name);
    name.ifPresent(known -> remember(member, known));
    return name.or(() -> Optional.ofNullable(remembered.get(member)))
        .map(known -> known + " (" + id + ")")
        .orElse(id);
  }

  /** Whether {@link #of} has a name for it. */
  boolean isKnown(long member) {
    return remembered.containsKey(member) || registry.get().byMember(member).isPresent();
  }

  /** Names a member that has no seat yet, and perhaps never will. */
  void introduce(long member, String name) {
    remember(member, name);
  }

  private void remember(long member, String name) {
    if (remembered.size() >= MAX_REMEMBERED) {
      remembered.clear();
    }
    remembered.putIfAbsent(member, name);
  }
}
