package dev.understudy.testkit.clients;

import dev.understudy.api.BackendFailure;
import dev.understudy.api.ClientBackend;
import dev.understudy.store.Event;
import dev.understudy.store.NodeView;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.store.StoreError;
import dev.understudy.store.Version;
import dev.understudy.testkit.history.Call;
import dev.understudy.testkit.history.Call.CompareAndDelete;
import dev.understudy.testkit.history.Call.CompareAndSwap;
import dev.understudy.testkit.history.Call.Create;
import dev.understudy.testkit.history.Call.CreateInOrder;
import dev.understudy.testkit.history.Call.Delete;
import dev.understudy.testkit.history.Call.Read;
import dev.understudy.testkit.history.Outcome;
import dev.understudy.testkit.history.Outcome.Node;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What the HTTP handlers of {@code /v2/keys} do with a request, without HTTP. */
final class Door {
  private Door() {}

  /**
   * Calls a peer.
   *
   * @return never fails; an outcome that no client should get fails the assertion of whoever waits
   */
  static CompletableFuture<Outcome> call(ClientBackend backend, Call call) {
    CompletableFuture<Outcome> outcome;
    if (call instanceof Read read) {
      CompletableFuture<Void> ready = read.quorum() ? backend.linearizable() : backend.caughtUp();
      outcome = ready.thenApply(done -> read(backend.version(), call.key()));
    } else {
      outcome = backend.write(operation(call)).thenApply(result -> written(call, result));
    }
    return outcome.exceptionally(Door::failure);
  }

  static Outcome read(Version version, String key) {
    return node(version, key)
        .<Outcome>map(found -> new Outcome.Shown(found, version.index()))
        .orElseGet(() -> new Outcome.Absent(version.index()));
  }

  /** A key of a version; empty when it has none. */
  static Optional<Node> node(Version version, String key) {
    return version.get(key, false) instanceof Result.Success found
        ? Optional.of(node(found.event().node()))
        : Optional.empty();
  }

  private static Node node(NodeView view) {
    return new Node(view.value(), view.modifiedIndex());
  }

  private static Operation operation(Call call) {
    String key = call.key();
    String value = call.written().orElse("");
    if (call instanceof Call.Set) {
      return new Operation.Set(key, false, value, call.ttlMillis(), false);
    } else if (call instanceof Create) {
      return new Operation.Create(key, false, value, call.ttlMillis());
    } else if (call instanceof CreateInOrder) {
      return new Operation.CreateInOrder(key, false, value, call.ttlMillis());
    } else if (call instanceof CompareAndSwap swap) {
      String expected = swap.expected().value().orElse("");
      long index = swap.expected().index();
      return new Operation.CompareAndSwap(key, expected, index, value, OptionalLong.empty(), false);
    } else if (call instanceof CompareAndDelete delete) {
      String expected = delete.expected().value().orElse("");
      return new Operation.CompareAndDelete(key, expected, delete.expected().index());
    } else if (call instanceof Delete) {
      return new Operation.Delete(key, false, false);
    }
    throw new IllegalArgumentException("no write: " + call);
  }

  private static Outcome written(Call call, Result result) {
    if (result instanceof Result.Failure failure) {
      StoreError error = failure.error();
      return new Outcome.Refused(error.code(), error.index());
    }
    Event event = ((Result.Success) result).event();
    if (call instanceof CreateInOrder) {
      return new Outcome.Entered(event.node().key(), event.index());
    }
    return new Outcome.Written(
        event.index(), Optional.ofNullable(event.prevNode()).map(Door::node));
  }

  private static Outcome failure(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof BackendFailure.OutcomeUnknown) {
      return new Outcome.Unknown(cause.getMessage());
    } else if (cause instanceof BackendFailure) {
      return new Outcome.Failed(cause.getMessage());
    }
    // No code of its own: the history will not explain it, and shows what it was.
    return new Outcome.Refused(500, 0);
  }
}
