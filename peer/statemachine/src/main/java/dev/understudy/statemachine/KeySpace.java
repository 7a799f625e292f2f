package dev.understudy.statemachine;

import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.store.Store;
import dev.understudy.store.Version;
import dev.understudy.store.Watchers;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The key tree and those who watch it. */
final class KeySpace implements Part {
  private final ClusterTime time;
  private final Store store = new Store();
  private final Watchers watchers;

  KeySpace(ClusterTime time, int watchBuffer, long watchBytes) {
    this.time = time;
    this.watchers = new Watchers(store, watchBuffer, watchBytes);
  }

  Version version() {
    return store.current();
  }

  Watchers watchers() {
    return watchers;
  }

  Result apply(Operation operation) {
    Result result = store.apply(operation, time.millis());
    if (result instanceof Result.Success success) {
      watchers.notify(success);
    }
    return result;
  }

  /** Writes a permanent file. */
  void set(String key, String value) {
    apply(new Operation.Set(key, false, value, OptionalLong.empty(), false));
  }

  /** The value of a file; empty when there is none. */
  Optional<String> valueOf(String key) {
    return store.current().get(key, false) instanceof Result.Success found
        ? Optional.ofNullable(found.event().node().value())
        : Optional.empty();
  }

  /** No change of the seats depends on keys, but for what {@link ClusterSettings} writes itself. */
  @Override
  public boolean countsBeforeStart() {
    return false;
  }

  @Override
  public long nextExpiryMillis() {
    return store.current().nextExpirationMillis();
  }

  @Override
  public int expire() {
    List<Result.Success> expired = store.expire(time.millis());
    expired.forEach(watchers::notify);
    return expired.size();
  }

  /** Whoever watches is told that it is over. */
  @Override
  public void restore(StateImage image) {
    store.replace(image.version());
    watchers.clear();
  }
}
