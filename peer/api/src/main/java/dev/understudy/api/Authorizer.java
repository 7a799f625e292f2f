package dev.understudy.api;

import dev.understudy.api.http.Principal;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ClusterRecords;
import dev.understudy.clusterconfig.ErrorCode;

/**
 * Who may do what with which keys. Consulted once for every request on keys, after its parameters
 * are read and before anything is done. Any thread; must not block.
 */
@FunctionalInterface
interface Authorizer {
  /** The cluster's own records, and what operators set, change through their own APIs only. */
  Authorizer CLUSTER_RECORDS_ARE_READ_ONLY =
      (principal, method, key, recursive) -> {
        if (!reads(method) && ClusterRecords.guards(key)) {
          throw new ApiException(
              ErrorCode.ROOT_IS_READ_ONLY,
              key
                  + " is changed through "
                  + (ClusterRecords.isSetting(key) ? "/v1/operator" : "/v2/admin")
                  + " only");
        }
      };

  /**
   * Lets an operation pass, or refuses it.
   *
   * @param method the method of the request
   * @param key clean, beginning with a slash, without one at its end
   * @param recursive whether the operation reaches all beneath the key too
   * @throws ApiException the answer to what is not permitted
   */
  void check(Principal principal, String method, String key, boolean recursive) throws ApiException;

  private static boolean reads(String method) {
    return method.equals("GET") || method.equals("HEAD");
  }
}
