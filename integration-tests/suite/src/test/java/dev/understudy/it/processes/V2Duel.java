package dev.understudy.it.processes;

import dev.understudy.it.processes.V2Server.Asked;
import dev.understudy.it.processes.V2Server.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks two servers the same, each request of both at once, and compares their answers. */
final class V2Duel {
  /** Long enough for an answer, on a machine with more to do; no answer is waited for so long. */
  private static final long ANSWER_MILLIS = 10_000;

  /** A watch that has begun and has not answered by then is one that waits. */
  private static final long WATCH_MILLIS = 1_000;

  /** What a watch that a case joins gets: an expiry may be that far away. */
  private static final long JOIN_MILLIS = 4_000;

  private final V2Server reference;
  private final V2Server tested;
  private final Map<String, Pair> waiting = new HashMap<>();
  private final List<String> sent = new ArrayList<>();
  private int cases;
  private boolean excusesKnown;
  private boolean indexed = true;

  V2Duel(String referenceUrl, String testedUrl) {
    reference = new V2Server(referenceUrl);
    tested = new V2Server(testedUrl);
  }

  private record Pair(V2Step.Request request, Asked reference, Asked tested) {
    /** Until both servers have the watch, or have answered otherwise. */
    void awaitBegun() throws IOException {
      answer(CompletableFuture.allOf(reference.begun(), tested.begun()), ANSWER_MILLIS);
    }

    void cancel() {
      reference.reply().cancel(true);
      tested.reply().cancel(true);
    }
  }

  /**
   * Plays a case to its end or to the first difference.
   *
   * @return what differed, with the requests before it; nothing when all was equal
   */
  Optional<String> play(V2Case played) throws IOException {
    return play(played, true);
  }

  /** As {@link #play}, but indexes need not be equal. */
  Optional<String> playWithoutIndexes(V2Case played) throws IOException {
    indexed = false;
    try {
      return play(played, true);
    } finally {
      indexed = true;
    }
  }

  /** As {@link #play}, but for nothing that is known to differ. */
  Optional<String> playStrictly(V2Case played) throws IOException {
    return play(played, false);
  }

  private Optional<String> play(V2Case played, boolean excusing) throws IOException {
    excusesKnown = excusing;
    String directory = "case-" + ++cases;
    reference.begin(directory);
    tested.begin(directory);
    sent.clear();
    try {
      for (V2Step step : played.steps()) {
        Optional<String> difference = play(step);
        if (difference.isPresent()) {
          return Optional.of(
              played.name() + "\n  " + String.join("\n  ", sent) + "\n    " + difference.get());
        }
      }
      return Optional.empty();
    } finally {
      waiting.values().forEach(Pair::cancel);
      waiting.clear();
      for (V2Step.Request request : played.cleanup()) {
        Pair both = send(request);
        answer(both.reference().reply(), ANSWER_MILLIS);
        answer(both.tested().reply(), ANSWER_MILLIS);
      }
      // What is left would expire during a later case, hardly at the same moment on both.
      compare(send(V2Step.Request.of("DELETE", "/v2/keys/$?recursive=true")), ANSWER_MILLIS);
    }
  }

  private Optional<String> play(V2Step step) throws IOException {
    if (step instanceof V2Step.Request request) {
      sent.add(request.toString());
      Pair pair = send(request);
      if (isWatch(request)) {
        pair.awaitBegun();
        return compare(pair, WATCH_MILLIS);
      }
      return compare(pair, ANSWER_MILLIS);
    }
    if (step instanceof V2Step.Watch watch) {
      sent.add("watch " + watch.request());
      Pair pair = send(watch.request());
      waiting.put(watch.name(), pair);
      pair.awaitBegun();
      return Optional.empty();
    }
    if (step instanceof V2Step.Join join) {
      sent.add("join " + join.name());
      return compare(waiting.remove(join.name()), JOIN_MILLIS);
    }
    pause(((V2Step.Pause) step).millis());
    return Optional.empty();
  }

  private Pair send(V2Step.Request request) {
    return new Pair(request, reference.ask(request), tested.ask(request));
  }

  private static boolean isWatch(V2Step.Request request) {
    return request.path().contains("wait=");
  }

  private Optional<String> compare(Pair pair, long millis) throws IOException {
    try {
      Optional<Reply> right = answer(pair.reference().reply(), millis);
      if (isExcused(pair, right)) {
        return Optional.empty();
      }
      // Both were asked at once: where one still waits, the other needs no second patience.
      Optional<Reply> ours = answer(pair.tested().reply(), right.isPresent() ? JOIN_MILLIS : 200);
      if (right.isEmpty() && ours.isPresent()) {
        right = answer(pair.reference().reply(), JOIN_MILLIS); // as much as ours has
        if (isExcused(pair, right)) {
          return Optional.empty();
        }
      }
      if (right.isEmpty() || ours.isEmpty()) {
        return right.isPresent() == ours.isPresent()
            ? Optional.empty()
            : Optional.of("etcd says " + right + ", understudy says " + ours);
      }
      boolean ordered = pair.request().path().contains("sorted=true");
      return V2Comparison.difference(right.get(), ours.get(), ordered, indexed);
    } finally {
      pair.cancel();
    }
  }

  private boolean isExcused(Pair pair, Optional<Reply> right) {
    return excusesKnown
        && right.filter(reply -> HiddenInHistory.explains(pair.request(), reply)).isPresent();
  }

  private static <T> Optional<T> answer(CompletableFuture<T> reply, long millis)
      throws IOException {
    try {
      return Optional.ofNullable(reply.get(millis, TimeUnit.MILLISECONDS));
    } catch (TimeoutException waits) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void pause(long millis) {
    Deadlines.await("time to pass").pollDelay(Duration.ofMillis(millis)).until(() -> true);
  }
}
