package dev.understudy.peer.leadership;

import dev.understudy.api.BackendFailure;
import dev.understudy.peer.driver.Outcome;

/**
 * What an outcome that is not {@link Outcome.Done} is to the client API, which knows nothing of the
 * driver.
 */
public final class BackendFailures {
  private BackendFailures() {}

  /**
   * The failure of a request.
   *
   * @param outcome not done, or unknown
   */
  public static BackendFailure of(Outcome<?> outcome) {
    if (outcome instanceof Outcome.NotDone<?> notDone) {
      return notDone.reason() == Outcome.Reason.QUOTA
          ? new BackendFailure.NoRoom(notDone.cause())
          : new BackendFailure.NotApplied(notDone.cause());
    }
    return new BackendFailure.OutcomeUnknown(((Outcome.Unknown<?>) outcome).cause());
  }
}
