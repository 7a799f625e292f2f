package dev.understudy.client;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests until there is an answer that counts: to the machine that answered last, along
 * redirects, then to the others, then again after a pause that doubles. Any thread; blocks.
 */
final class Caller {
  private static final int MAX_REDIRECTS = 5;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long MAX_PAUSE_MILLIS = 1_000;

  private static final int TOO_MANY_REQUESTS = 429;

  /** Of the codes with which the cluster answers 503 the one that leaves open what was done. */
  private static final int OUTCOME_UNKNOWN = 300;

  private final Endpoints endpoints;
  private final HttpSender sender;
  private final ClientTime time;
  private final Timeouts timeouts;

  Caller(Endpoints endpoints, HttpSender sender, ClientTime time, Timeouts timeouts) {
    this.endpoints = endpoints;
    this.sender = sender;
    this.time = time;
    this.timeouts = timeouts;
  }

  /** A pause before the next try, longer each time. */
  static final class Backoff {
    private final ClientTime time;
    private long millis = FIRST_PAUSE_MILLIS;

    Backoff(ClientTime time) {
      this.time = time;
    }

    void pause() throws InterruptedException {
      time.pause(millis);
      millis = Math.min(MAX_PAUSE_MILLIS, 2 * millis);
    }
  }

  /**
   * Sends a request until it is done.
   *
   * @throws RefusedException if the cluster does not do it
   * @throws NotDoneException if it was certainly not done when the time was over
   * @throws OutcomeUnknownException if it may have been done; at once, unless it is repeatable
   */
  Attempt.Answered call(Request request)
      throws RefusedException, NotDoneException, OutcomeUnknownException, InterruptedException {
    long end = time.nanos() + timeouts.call().toNanos();
    Backoff backoff = new Backoff(time);
    boolean mayBeDone = false;
    for (int tries = 1; ; tries++) {
      Attempt attempt = once(request, attemptMillis(request, end), false);
      if (attempt instanceof Attempt.Answered answered && isFinal(answered)) {
        return done(answered);
      }
      mayBeDone |= !request.isRead() && mayBeDone(attempt);
      if (mayBeDone && !request.repeatable()) {
        throw new OutcomeUnknownException(reason(attempt));
      }
      if (tries % endpoints.count() == 0) {
        backoff.pause();
      }
      if (time.nanos() - end >= 0) {
        if (mayBeDone) {
          throw new OutcomeUnknownException(reason(attempt));
        }
        throw new NotDoneException(reason(attempt));
      }
    }
  }

  /**
   * A write that is begun has its whole time: impatience would make it one of unknown outcome. A
   * read leaves time to ask another machine.
   */
  private long attemptMillis(Request request, long endNanos) {
    long most = timeouts.attempt().toMillis();
    long left = TimeUnit.NANOSECONDS.toMillis(endNanos - time.nanos());
    long half = Math.min(most, timeouts.call().toMillis() / 2);
    return request.isRead() ? Math.max(1, Math.min(left, half)) : most;
  }

  /**
   * Sends a request once, along redirects; a machine that gives no final answer is asked after all
   * others the next time.
   *
   * @param isPoll whether silence is an answer as well
   */
  Attempt once(Request request, long timeoutMillis, boolean isPoll) throws InterruptedException {
    URI first = endpoints.first();
    URI machine = first;
    for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
      Attempt attempt = sender.send(request, request.at(machine), timeoutMillis);
      if (!(attempt instanceof Attempt.Answered answered) || !isRedirect(answered)) {
        remember(first, machine, attempt, isPoll);
        return attempt;
      }
      URI next = machine.resolve(answered.location().orElseThrow());
      if (!Endpoints.mayFollow(machine, next)) {
        endpoints.failed(first);
        return new Attempt.NotSent(machine + " redirects to " + next);
      }
      machine = URI.create(next.getScheme() + "://" + next.getRawAuthority());
    }
    endpoints.failed(first);
    return new Attempt.NotSent("redirects from " + first + " lead nowhere");
  }

  private void remember(URI first, URI machine, Attempt attempt, boolean isPoll) {
    boolean answers = attempt instanceof Attempt.Answered answered && isFinal(answered);
    boolean mayAnswer = isPoll && attempt instanceof Attempt.Lost lost && lost.isSilence();
    if (answers && !machine.equals(first)) {
      endpoints.leads(machine);
    } else if (!answers && !mayAnswer) {
      endpoints.failed(machine);
      endpoints.failed(first);
    }
  }

  /** Whether the machine that is asked first still answers anything; if not it is asked last. */
  void checkSilence() throws InterruptedException {
    URI machine = endpoints.first();
    Request version = new Request("GET", "/version", Map.of(), true);
    Attempt attempt = sender.send(version, version.at(machine), timeouts.connect().toMillis());
    if (!(attempt instanceof Attempt.Answered)) {
      endpoints.failed(machine);
    }
  }

  private static boolean isRedirect(Attempt.Answered answered) {
    return (answered.status() == 307 || answered.status() == 308)
        && answered.location().isPresent();
  }

  static boolean isFinal(Attempt.Answered answered) {
    int status = answered.status();
    return status < 500 && status != 307 && status != 308 && status != TOO_MANY_REQUESTS;
  }

  private static Attempt.Answered done(Attempt.Answered answered) throws RefusedException {
    if (answered.status() < 300) {
      return answered;
    }
    KeysJson.ApiError error = KeysJson.error(answered.body());
    String text = error.text().isEmpty() ? "status " + answered.status() : error.text();
    throw new RefusedException(answered.status(), error.code(), text, error.index());
  }

  /** A 503 may come from anybody in between; the cluster's own says that nothing was done. */
  private static boolean mayBeDone(Attempt attempt) {
    if (attempt instanceof Attempt.Answered answered && answered.status() >= 500) {
      int code = KeysJson.error(answered.body()).code();
      return answered.status() != 503 || code == 0 || code == OUTCOME_UNKNOWN;
    }
    return attempt instanceof Attempt.Lost;
  }

  static String reason(Attempt attempt) {
    if (attempt instanceof Attempt.Answered answered) {
      return "status " + answered.status() + ": " + KeysJson.error(answered.body()).text();
    }
    return attempt instanceof Attempt.Lost lost
        ? lost.reason()
        : ((Attempt.NotSent) attempt).reason();
  }
}
