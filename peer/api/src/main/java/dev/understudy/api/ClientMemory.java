package dev.understudy.api;

import dev.understudy.api.http.ByteBudget;
import java.util.concurrent.Semaphore;

/**
 * What clients take together.
 *
 * @param requests bodies until they are answered
 * @param answers until they are sent
 * @param watches a permit for each watch or blocking query that waits
 */
public record ClientMemory(ByteBudget requests, ByteBudget answers, Semaphore watches) {
  /** Why there is not one more. */
  public static final String TOO_MANY_WATCHES =
      "as many watches wait as may at this machine (--max-watches)";

  /** Nothing taken yet. */
  public static ClientMemory of(ClientLimits limits) {
    return new ClientMemory(
        new ByteBudget(limits.maxRequestBytes()),
        new ByteBudget(limits.maxAnswerBytes()),
        new Semaphore(limits.maxWatches()));
  }
}
