package dev.understudy.client;

import java.util.Optional;

/** What became of sending a request once. */
sealed interface Attempt {
  /**
   * Somebody has answered.
   *
   * @param index of the key space at that machine; 0 if it did not say
   * @param location where a redirect leads
   */
  record Answered(int status, String body, long index, Optional<String> location)
      implements Attempt {}

  /** Nobody has got it. */
  record NotSent(String reason) implements Attempt {}

  /**
   * It was sent, or was about to be, and there is no answer.
   *
   * @param isSilence whether the time was over, rather than the connection
   */
  record Lost(String reason, boolean isSilence) implements Attempt {}
}
