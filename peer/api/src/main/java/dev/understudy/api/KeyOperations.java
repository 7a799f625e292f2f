package dev.understudy.api;

import dev.understudy.store.Operation;
import java.util.OptionalLong;

/** Which operation a writing request on a key becomes. */
final class KeyOperations {
  /**
   * The last moment that a key can expire at: 2^63 nanoseconds after the epoch, in the year 2262,
   * the last that etcd can hold. What would live longer is permanent, there as here.
   */
  static final long LAST_EXPIRATION_MILLIS = Long.MAX_VALUE / 1_000_000;

  private KeyOperations() {}

  /**
   * A PUT. A condition that is present but says nothing ({@code prevIndex=0}) is as good as absent,
   * and {@code prevExist=false} outweighs every other.
   *
   * @param nowMillis what a time to live counts from, since the epoch
   */
  static Operation put(KeyRequest request, long nowMillis) {
    String path = request.path();
    OptionalLong ttl = ttlMillis(request, nowMillis);
    if (Boolean.FALSE.equals(request.prevExist())) {
      return new Operation.Create(path, request.dir(), request.value(), ttl);
    }
    if (compares(request)) {
      return new Operation.CompareAndSwap(
          path, request.prevValue(), request.prevIndex(), request.value(), ttl, request.refresh());
    }
    if (Boolean.TRUE.equals(request.prevExist())) {
      return new Operation.Update(path, request.value(), ttl, request.refresh());
    }
    return new Operation.Set(path, request.dir(), request.value(), ttl, request.refresh());
  }

  /**
   * A POST: an entry whose name is the index of its creation.
   *
   * @param nowMillis what a time to live counts from, since the epoch
   */
  static Operation post(KeyRequest request, long nowMillis) {
    return new Operation.CreateInOrder(
        request.path(), request.dir(), request.value(), ttlMillis(request, nowMillis));
  }

  /** A DELETE; here {@code prevIndex=0} alone is as good as absent too. */
  static Operation delete(KeyRequest request) {
    String path = request.path();
    if (compares(request)) {
      return new Operation.CompareAndDelete(path, request.prevValue(), request.prevIndex());
    }
    return new Operation.Delete(path, request.dir(), request.recursive());
  }

  private static boolean compares(KeyRequest request) {
    return request.prevIndex() != 0 || !request.prevValue().isEmpty();
  }

  private static OptionalLong ttlMillis(KeyRequest request, long nowMillis) {
    long longestSeconds = (LAST_EXPIRATION_MILLIS - nowMillis) / 1000;
    boolean kept = request.ttl() && Long.compareUnsigned(request.ttlSeconds(), longestSeconds) <= 0;
    return kept ? OptionalLong.of(request.ttlSeconds() * 1000) : OptionalLong.empty();
  }
}
