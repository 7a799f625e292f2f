package dev.understudy.admin.imports;

import dev.understudy.admin.imports.AnswerReader.Seen;
import dev.understudy.clusterconfig.FailureText;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What changes at the source, from an index on, without a gap: one question after the other, each
 * for the first change behind the last one. (etcd's streams from the past stop after one event.)
 * Where the source has forgotten what came next, it says so, and all has to be listed again.
 *
 * <p>Answers come on the threads of the HTTP client; {@link #next} and {@link #close} are for the
 * thread that imports.
 */
final class SourceEvents implements AutoCloseable {
  /** Changes that were not written yet; what is more than this is cheaper to list again. */
  static final int MAX_WAITING = 200_000;

  /** The same in memory. */
  private static final long MAX_WAITING_BYTES = 64 << 20;

  private static final int MAX_TAKEN = 2_000;
  private static final long PAUSE_MILLIS = 200;

  private final KeySpace source;
  private final String prefix;
  private final Pause pause;
  private final LongSupplier wallMillis;
  private final LinkedBlockingQueue<SourceEvent> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
  private final AtomicLong waitingBytes = new AtomicLong();
  private volatile CompletableFuture<?> asking = CompletableFuture.completedFuture(null);
  private volatile boolean outrun;
  private volatile boolean closed;
  private volatile String trouble = "";

  /**
   * Begins at once.
   *
   * @param first the first index that counts
   */
  SourceEvents(KeySpace source, String prefix, long first, Pause pause, LongSupplier wallMillis) {
    this.source = source;
    this.prefix = prefix;
    this.pause = pause;
    this.wallMillis = wallMillis;
    ask(first);
  }

  /**
   * What has come, in its order; waits for the first for some time.
   *
   * @return empty when nothing came
   */
  List<SourceEvent> next(long waitMillis) throws InterruptedException {
    List<SourceEvent> taken = new ArrayList<>();
    SourceEvent first = waiting.poll(waitMillis, TimeUnit.MILLISECONDS);
    if (first != null) {
      taken.add(first);
      waiting.drainTo(taken, MAX_TAKEN);
    }
    taken.forEach(event -> waitingBytes.addAndGet(-event.bytes()));
    return taken;
  }

  /** Whether changes are missing behind those that wait. */
  boolean isOutrun() {
    return outrun;
  }

  /** Why the source does not answer at present; empty when it does. */
  String trouble() {
    return trouble;
  }

  /** Asks nothing more. */
  @Override
  public void close() {
    closed = true;
    asking.cancel(true);
  }

  private void ask(long index) {
    if (closed) {
      return;
    }
    CompletableFuture<HttpResponse<String>> asked = source.watch(prefix, index);
    asking = asked;
    if (closed) {
      asked.cancel(true);
    }
    asked
        .handle((answer, failure) -> failure == null ? take(answer, index) : retry(failure, index))
        .whenComplete(
            (done, bug) -> {
              if (bug != null) { // the end of what is known: list again rather than stand still
                trouble = bug.toString();
                outrun = true;
              }
            });
  }

  private Void retry(Throwable failure, long index) {
    trouble = source.url() + ": " + FailureText.of(failure);
    pause.of(PAUSE_MILLIS).thenRun(() -> ask(index));
    return null;
  }

  private Void take(HttpResponse<String> answer, long index) {
    if (answer.statusCode() != 200) {
      Refusal refusal = Refusal.of(answer.statusCode(), answer.body());
      if (refusal.code() == Refusal.HISTORY_CLEARED) {
        outrun = true;
        return null;
      }
      return retry(new IOException(refusal.text()), index);
    }
    if (answer.body().isBlank()) { // it got tired of waiting
      ask(index);
      return null;
    }
    try {
      SourceEvent event = event(answer.body());
      trouble = "";
      outrun =
          !isWithin(event.change().path())
              || waitingBytes.addAndGet(event.bytes()) > MAX_WAITING_BYTES
              || !waiting.offer(event);
      if (!outrun) {
        ask(event.index() + 1);
      }
    } catch (IOException e) {
      return retry(e, index);
    }
    return null;
  }

  /** A directory above what is copied may have been deleted: more goes with it than that. */
  private boolean isWithin(String path) {
    return prefix.equals("/") || path.equals(prefix) || path.startsWith(prefix + "/");
  }

  private SourceEvent event(String body) throws IOException {
    AnswerReader reader = new AnswerReader(new StringReader(body), wallMillis.getAsLong());
    reader.read(seen -> {});
    Seen seen = reader.top();
    boolean gone =
        switch (reader.action()) {
          case "delete", "expire", "compareAndDelete" -> true;
          default -> false;
        };
    Change change =
        gone
            ? new Change.Delete(seen.node().path(), seen.node().isDirectory())
            : Change.of(seen.node());
    return new SourceEvent(seen.modifiedIndex(), change);
  }
}
