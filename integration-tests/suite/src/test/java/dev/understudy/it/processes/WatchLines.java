package dev.understudy.it.processes;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A watch that is open, be it a long poll or a stream: its events as they come. */
final class WatchLines implements AutoCloseable {
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final CompletableFuture<?> answer;

  /** Asks, and returns once the headers are there: the server has the watch. */
  WatchLines(String url) {
    CompletableFuture<Void> headers = new CompletableFuture<>();
    answer =
        HttpClient.newHttpClient()
            .sendAsync(
                HttpRequest.newBuilder(URI.create(url)).build(),
                info -> {
                  headers.complete(null);
                  return BodyHandlers.fromLineSubscriber(new Lines()).apply(info);
                });
    answer.whenComplete(
        (done, failure) -> {
          if (failure != null) {
            headers.completeExceptionally(failure);
          }
        });
    headers.orTimeout(Deadlines.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  private final class Lines implements Flow.Subscriber<String> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
      lines.add(line);
    }

    @Override
    public void onError(Throwable failure) {
      lines.add("{\"failed\":true}");
    }

    @Override
    public void onComplete() {}
  }

  /** The next event; fails when none comes in time. */
  JsonObject next() {
    try {
      String line = lines.poll(Deadlines.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("the watch says nothing");
      }
      return JsonParser.parseString(line).getAsJsonObject();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The value that the next event tells. */
  String nextValue() {
    return next().getAsJsonObject("node").get("value").getAsString();
  }

  boolean isEnded() {
    return answer.isDone();
  }

  @Override
  public void close() {
    answer.cancel(true);
  }
}
