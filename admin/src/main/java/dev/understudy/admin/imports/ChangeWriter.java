package dev.understudy.admin.imports;

import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.UrlText;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Writes changes to the target, many at once. Whatever may pass (no leader, a connection that
 * breaks) is tried again for some time: nobody else writes there, and each change may be done
 * twice. For one thread, which it blocks.
 */
final class ChangeWriter {
  /** How long a change, or a listing, is tried. */
  static final long PATIENCE_MILLIS = 30_000;

  private static final int AT_ONCE = 64;
  private static final long PAUSE_MILLIS = 250;

  private final KeySpace target;
  private final Pause pause;
  private final LongSupplier wallMillis;
  private final Semaphore free = new Semaphore(AT_ONCE);
  private final AtomicReference<ImportException> failure = new AtomicReference<>();
  private final AtomicLong written = new AtomicLong();

  ChangeWriter(KeySpace target, Pause pause, LongSupplier wallMillis) {
    this.target = target;
    this.pause = pause;
    this.wallMillis = wallMillis;
  }

  /** How many changes it has written so far; for any thread. */
  long written() {
    return written.get();
  }

  /**
   * Does the groups one after the other, and what is in a group in any order.
   *
   * @param progress called now and then
   * @throws ImportException if the target refuses one, or does not answer for too long
   */
  void write(List<List<Change>> groups, Runnable progress)
      throws ImportException, InterruptedException {
    for (List<Change> group : groups) {
      for (Change change : group) {
        free.acquire();
        if (failure.get() != null) {
          free.release();
          break;
        }
        begin(change);
        progress.run();
      }
      free.acquire(AT_ONCE);
      free.release(AT_ONCE);
      ImportException failed = failure.getAndSet(null);
      if (failed != null) {
        throw failed;
      }
    }
  }

  private void begin(Change change) {
    done(change, wallMillis.getAsLong() + PATIENCE_MILLIS)
        .whenComplete(
            (nothing, why) -> {
              if (why == null) {
                written.incrementAndGet();
              } else {
                failure.compareAndSet(null, failed(change, unwrapped(why)));
              }
              free.release();
            });
  }

  private CompletableFuture<Void> done(Change change, long untilMillis) {
    if (change instanceof Change.Delete delete) {
      String query = delete.directory() ? "?recursive=true" : "";
      return attempt(change, query, Optional.empty(), untilMillis);
    }
    if (change instanceof Change.MakeDirectory make) {
      return makeDirectory(make, untilMillis);
    }
    Change.Put put = (Change.Put) change;
    String value = UrlText.inForm(put.node().value().orElseThrow());
    return attempt(change, "", Optional.of("value=" + value + ttl(put.node())), untilMillis);
  }

  /** What is made with something in it cannot be made again, only changed. */
  private CompletableFuture<Void> makeDirectory(Change.MakeDirectory make, long untilMillis) {
    String form = "dir=true" + ttl(make.node());
    return attempt(make, "?prevExist=true", Optional.of(form), untilMillis)
        .handle(
            (done, why) ->
                unwrapped(why) instanceof Refused refused
                        && refused.refusal.code() == Refusal.NOT_FOUND
                    ? attempt(make, "", Optional.of(form), untilMillis)
                    : why == null
                        ? CompletableFuture.<Void>completedFuture(null)
                        : CompletableFuture.<Void>failedFuture(why))
        .thenCompose(next -> next);
  }

  /** In whole seconds, as near as they come; a key that is all but gone has one left. */
  private String ttl(TreeNode node) {
    return node.expires()
        ? "&ttl="
            + Math.max(1, Math.round((node.expiresAtMillis() - wallMillis.getAsLong()) / 1000.0))
        : "";
  }

  private CompletableFuture<Void> attempt(
      Change change, String query, Optional<String> form, long untilMillis) {
    return target
        .write(change.path(), query, form)
        .handle(
            (answer, why) -> {
              if (why == null && isDone(change, answer)) {
                return CompletableFuture.<Void>completedFuture(null);
              }
              Throwable reason = why == null ? Refused.of(answer) : why;
              boolean hopeless = reason instanceof Refused refused && !refused.refusal.mayPass();
              if (hopeless || wallMillis.getAsLong() >= untilMillis) {
                return CompletableFuture.<Void>failedFuture(reason);
              }
              return pause
                  .of(PAUSE_MILLIS)
                  .thenCompose(go -> attempt(change, query, form, untilMillis));
            })
        .thenCompose(next -> next);
  }

  private static ImportException failed(Change change, Throwable why) {
    String text = KeySpace.shown(change.path()) + ": " + FailureText.of(why);
    if (!(why instanceof Refused refused) || refused.refusal.mayPass()) {
      return new UnansweredException(text);
    }
    return refused.refusal.isConflict() ? new ConflictException(text) : new ImportException(text);
  }

  private static Throwable unwrapped(Throwable why) {
    return why instanceof CompletionException && why.getCause() != null ? why.getCause() : why;
  }

  private static boolean isDone(Change change, HttpResponse<String> answer) {
    int status = answer.statusCode();
    if (status == 200 || status == 201) {
      return true;
    }
    int code = Refusal.of(status, answer.body()).code();
    return change instanceof Change.Delete && code == Refusal.NOT_FOUND
        || change instanceof Change.MakeDirectory && code == Refusal.NOT_A_FILE; // it is one
  }

  /** The target says no. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    private Refused(Refusal refusal) {
      super(refusal.text());
      this.refusal = refusal;
    }

    static Refused of(HttpResponse<String> answer) {
      return new Refused(Refusal.of(answer.statusCode(), answer.body()));
    }
  }
}
