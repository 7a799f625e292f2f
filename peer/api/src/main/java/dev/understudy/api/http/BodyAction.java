package dev.understudy.api.http;

import dev.understudy.clusterconfig.ApiException;

/** What can be done with a body. */
@FunctionalInterface
public interface BodyAction<B> {
  /**
   * Goes on with the body.
   *
   * @throws ApiException to answer with that error
   */
  void accept(B body) throws ApiException;
}
