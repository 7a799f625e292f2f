package dev.understudy.admin.http;

import dev.understudy.peer.ClusterAdmin;
import dev.understudy.peer.leadership.Standbys;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The standbys that a peer knows, as its leadership sees them. For any thread. */
public final class AnnouncedStandbys implements Standbys {
  private final StandbyRegistry registry;
  private final ClusterAdmin admin;
  private final Function<String, CompletableFuture<Boolean>> caller;

  /**
   * @param registry the standbys that have synced with the peer
   * @param admin the peer
   * @param caller lets the standby at a peer URL know that it is to sync now; never blocks, and
   *     completes with whether it has heard
   */
  public AnnouncedStandbys(
      StandbyRegistry registry,
      ClusterAdmin admin,
      Function<String, CompletableFuture<Boolean>> caller) {
    this.registry = registry;
    this.admin = admin;
    this.caller = caller;
  }

  @Override
  public List<Announced> all() {
    return registry.known(admin.machines(), admin.config()).stream()
        .map(StandbyRegistry.Known::announced)
        .toList();
  }

  @Override
  public List<String> takers() {
    return registry.takers(admin.machines(), admin.config());
  }

  @Override
  public boolean hasCandidate() {
    return registry.hasCandidate(admin.machines(), admin.config());
  }

  @Override
  public Set<String> call(int seats, Predicate<String> wanted, Consumer<String> unreached) {
    Set<String> paused = admin.paused();
    List<StandbyRegistry.Known> best =
        registry
            .inLine(
                admin.machines(),
                admin.config(),
                name -> !paused.contains(name) && wanted.test(name))
            .limit(seats)
            .toList();
    best.forEach(standby -> call(standby, unreached));
    return best.stream().map(StandbyRegistry.Known::name).collect(Collectors.toUnmodifiableSet());
  }

  private void call(StandbyRegistry.Known standby, Consumer<String> unreached) {
    caller
        .apply(standby.notice().machine().peerUrl())
        .whenComplete(
            (heard, failure) -> {
              if (failure != null || !heard) {
                unreached.accept(standby.name());
              }
            });
  }
}
