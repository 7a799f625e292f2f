package dev.understudy.peer.http;

import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.store.Operation;
import java.util.OptionalLong;

/** Which operation a writing request on a key becomes. */
final class KeyOperations {
  /**
   * The longest time to live that is kept: what etcd can hold, 2^63 nanoseconds. Beyond it a key is
   * permanent.
   */
  static final long MAX_TTL_SECONDS = Long.MAX_VALUE / 1_000_000_000L;

  private KeyOperations() {}

  /**
   * A PUT. A condition that is present but says nothing ({@code prevIndex=0}) is as good as absent,
   * and {@code prevExist=false} outweighs every other.
   *
   * @throws ApiException code 107 for a key of the cluster's own records
   */
  static Operation put(KeyRequest request) throws ApiException {
    String path = writable(request);
    OptionalLong ttl = ttlMillis(request);
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
   * @throws ApiException code 107 for a key of the cluster's own records
   */
  static Operation post(KeyRequest request) throws ApiException {
    return new Operation.CreateInOrder(
        writable(request), request.dir(), request.value(), ttlMillis(request));
  }

  /**
   * A DELETE; here {@code prevIndex=0} alone is as good as absent too.
   *
   * @throws ApiException code 107 for a key of the cluster's own records
   */
  static Operation delete(KeyRequest request) throws ApiException {
    String path = writable(request);
    if (compares(request)) {
      return new Operation.CompareAndDelete(path, request.prevValue(), request.prevIndex());
    }
    return new Operation.Delete(path, request.dir(), request.recursive());
  }

  private static boolean compares(KeyRequest request) {
    return request.prevIndex() != 0 || !request.prevValue().isEmpty();
  }

  private static OptionalLong ttlMillis(KeyRequest request) {
    boolean kept =
        request.ttl() && Long.compareUnsigned(request.ttlSeconds(), MAX_TTL_SECONDS) <= 0;
    return kept ? OptionalLong.of(request.ttlSeconds() * 1000) : OptionalLong.empty();
  }

  /** The tree of the cluster's own records changes through the admin API only. */
  private static String writable(KeyRequest request) throws ApiException {
    String path = request.path();
    if (path.startsWith("/_etcd") && (path.length() == 6 || path.charAt(6) == '/')) {
      throw new ApiException(
          ErrorCode.ROOT_IS_READ_ONLY, "/_etcd is changed through /v2/admin only");
    }
    return path;
  }
}
