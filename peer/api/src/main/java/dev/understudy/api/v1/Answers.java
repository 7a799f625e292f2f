package dev.understudy.api.v1;

import dev.understudy.api.BackendFailure;
import dev.understudy.api.ClientBackend;
import dev.understudy.api.http.HttpExchange;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** Errors and what comes later, in the words of Consul. */
final class Answers {
  static final int BAD_REQUEST = 400;
  static final int NOT_FOUND = 404;
  static final int FAILED = 500;
  static final int NOT_IMPLEMENTED = 501;
  private static final int UNAVAILABLE = 503;

  private final ClientBackend backend;

  Answers(ClientBackend backend) {
    this.backend = backend;
  }

  /** Answers with a line that says what is wrong. */
  static void refuse(HttpExchange exchange, int status, String what) {
    exchange.plainError(status, what);
  }

  static void answer(HttpExchange exchange, boolean value) {
    exchange.jsonLine(200, Boolean.toString(value));
  }

  /** Continues with the value of a future; what was not done or is unknown is answered here. */
  <T> void later(HttpExchange exchange, CompletableFuture<T> future, Consumer<? super T> next) {
    exchange.await(
        future.handle(Answers::resultOf),
        result -> {
          if (result.failure() == null) {
            next.accept(result.value());
          } else {
            refuse(exchange, result.failure());
          }
        });
  }

  private record Result<T>(T value, BackendFailure failure) {}

  /** A bug stays one. */
  private static <T> Result<T> resultOf(T value, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause != null && !(cause instanceof BackendFailure)) {
      throw new CompletionException(cause);
    }
    return new Result<>(value, (BackendFailure) cause);
  }

  private void refuse(HttpExchange exchange, BackendFailure failure) {
    if (failure instanceof BackendFailure.NotApplied && backend.leader().isEmpty()) {
      refuse(exchange, FAILED, "No cluster leader");
    } else if (failure instanceof BackendFailure.OutcomeUnknown) {
      refuse(exchange, FAILED, failure.getMessage());
    } else {
      refuseForNow(exchange, failure.getMessage());
    }
  }

  /** Answers with a line that says why it is to be asked again. */
  static void refuseForNow(HttpExchange exchange, String why) {
    exchange.addRetryAfter(UNAVAILABLE);
    refuse(exchange, UNAVAILABLE, why);
  }
}
