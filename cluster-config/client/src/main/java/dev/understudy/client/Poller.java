package dev.understudy.client;

import java.util.Optional;

/** Asks for the next event of a key, a poll at a time. Any thread; blocks. */
final class Poller {
  private final Caller caller;
  private final Timeouts timeouts;

  Poller(Caller caller, Timeouts timeouts) {
    this.caller = caller;
    this.timeouts = timeouts;
  }

  /** What one poll has brought. */
  sealed interface Poll {
    record Event(KeyEvent event) implements Poll {}

    /** Nothing has happened, or the machine has ended the poll. */
    record Quiet(boolean atOnce) implements Poll {}

    record Failed(NotDoneException reason) implements Poll {}
  }

  /**
   * Waits for the first event from an index on.
   *
   * @throws RefusedException also when the history from there is no more
   */
  Poll poll(String key, boolean recursive, long fromIndex, long patienceMillis)
      throws RefusedException, InterruptedException {
    Request request = Request.read(key).on("wait").with("waitIndex", fromIndex);
    Request whole = recursive ? request.on("recursive") : request;
    long waitMillis = Math.min(patienceMillis, timeouts.idle().toMillis());
    Attempt attempt = caller.once(whole, waitMillis, true);
    if (attempt instanceof Attempt.Answered answered && answered.status() == 200) {
      Optional<KeyEvent> event = KeysJson.event(answered.body());
      return event.isPresent() ? new Poll.Event(event.get()) : new Poll.Quiet(true);
    }
    if (attempt instanceof Attempt.Answered answered && Caller.isFinal(answered)) {
      KeysJson.ApiError error = KeysJson.error(answered.body());
      throw new RefusedException(answered.status(), error.code(), error.text(), error.index());
    }
    if (attempt instanceof Attempt.Lost lost && lost.isSilence()) {
      if (waitMillis == timeouts.idle().toMillis()) {
        caller.checkSilence();
      }
      return new Poll.Quiet(false);
    }
    return new Poll.Failed(new NotDoneException(Caller.reason(attempt)));
  }
}
