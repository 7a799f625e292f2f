package dev.understudy.api;

import dev.understudy.api.http.ByteBudget;

/**
 * What clients take in memory together.
 *
 * @param requests bodies until they are answered
 * @param answers until they are sent
 */
public record ClientMemory(ByteBudget requests, ByteBudget answers) {
  /** Nothing taken yet. */
  public static ClientMemory of(ClientLimits limits) {
    return new ClientMemory(
        new ByteBudget(limits.maxRequestBytes()), new ByteBudget(limits.maxAnswerBytes()));
  }
}
