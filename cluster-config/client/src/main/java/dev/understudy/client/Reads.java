package dev.understudy.client;

import java.util.Optional;

/** Reads keys. Any thread; blocks. */
final class Reads {
  private final Caller caller;

  Reads(Caller caller) {
    this.caller = caller;
  }

  /**
   * A key or a directory.
   *
   * @param quorum whether a majority confirms that it is the newest
   * @param recursive whether what is beneath directories comes along, in the order of names
   */
  Reading read(String key, boolean quorum, boolean recursive)
      throws RefusedException, NotDoneException, InterruptedException {
    Request request = Request.read(key);
    request = quorum ? request.on("quorum") : request;
    request = recursive ? request.on("recursive").on("sorted") : request.on("sorted");
    try {
      Attempt.Answered answered = caller.call(request);
      return new Reading(Optional.of(Writes.node(answered)), answered.index());
    } catch (RefusedException e) {
      if (e.isNotFound()) {
        return new Reading(Optional.empty(), e.index());
      }
      throw e;
    } catch (OutcomeUnknownException e) {
      throw new NotDoneException(e.getMessage()); // a read changes nothing
    }
  }
}
