package dev.understudy.api;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.store.Event;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.store.StoreError;
import dev.understudy.store.Version;
import dev.understudy.store.Watchers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * {@code /v2/keys}: reads are answered from the current version by the thread that read the
 * request, writes by the thread that completes the backend's future.
 */
final class KeysHandler {
  /** From so many nodes on a listing may be long enough to keep other connections waiting. */
  private static final long LONG_LISTING_NODES = 1_000;

  private static final String FORM = "application/x-www-form-urlencoded";

  private final ClientBackend backend;
  private final ClientLimits limits;
  private final Answers answers;
  private final LongAdder getsSuccess = new LongAdder();
  private final LongAdder getsFail = new LongAdder();

  KeysHandler(ClientBackend backend, ClientLimits limits, Answers answers) {
    this.backend = backend;
    this.limits = limits;
    this.answers = answers;
  }

  long getsSuccess() {
    return getsSuccess.sum();
  }

  long getsFail() {
    return getsFail.sum();
  }

  /**
   * Answers one request.
   *
   * @param rest the clean path after {@code /v2/keys}: empty or beginning with a slash
   */
  void handle(String rest, Request request, Response response, Callback callback) {
    String key = withoutLastSlash(rest);
    if (isTooLong(key)) {
      answers.error(response, keyTooLong(), callback);
      return;
    }
    String method = request.getMethod();
    if (HttpMethod.GET.is(method) || HttpMethod.HEAD.is(method)) {
      read(key, request, response, callback);
    } else if (HttpMethod.PUT.is(method) || HttpMethod.POST.is(method)) {
      BodyReader.read(
          request,
          limits.maxBodyBytes(),
          limits.requestMillis(),
          new WithBody(this, key, request, response, callback));
    } else if (HttpMethod.DELETE.is(method)) {
      write(key, null, request, response, callback);
    } else {
      Answers.methodNotAllowed(response, "HEAD,GET,PUT,POST,DELETE", callback);
    }
  }

  private void read(String key, Request request, Response response, Callback callback) {
    boolean get = HttpMethod.GET.is(request.getMethod());
    KeyRequest wish;
    try {
      Form form = Form.parse(null, request.getHttpURI().getQuery(), limits.maxFormFields());
      wish = KeyRequest.parse(get, key, form);
    } catch (ApiException e) {
      answers.error(response, e.error(), callback);
      return;
    }
    if (wish.watch()) {
      answers.once(
          backend.caughtUp(), response, callback, () -> watch(wish, request, response, callback));
    } else {
      answers.once(
          wish.linearizable() && get ? backend.linearizable() : backend.caughtUp(),
          response,
          callback,
          () -> answerRead(wish, request, response, callback));
    }
  }

  private void answerRead(KeyRequest wish, Request request, Response response, Callback callback) {
    Version version = backend.version();
    Result result = version.get(wish.path(), wish.recursive());
    if (result instanceof Result.Success success) {
      getsSuccess.increment();
      Event event = success.event();
      if (event.node().dir() && version.nodeCount() > LONG_LISTING_NODES) {
        request
            .getComponents()
            .getExecutor()
            .execute(
                () ->
                    Answers.guarded(
                        callback, () -> answerEvent(event, version.index(), response, callback)));
      } else {
        answerEvent(event, version.index(), response, callback);
      }
    } else {
      getsFail.increment();
      answers.error(response, toApiError(((Result.Failure) result).error()), callback);
    }
  }

  private void answerEvent(Event event, long index, Response response, Callback callback) {
    answers.keyHeaders(response, index);
    JsonBytes body = EventJson.line(event, backend);
    Answers.send(response, 200, body.toBuffer(), callback);
  }

  private void watch(KeyRequest wish, Request request, Response response, Callback callback) {
    WatchAnswer answer =
        new WatchAnswer(backend, limits, wish.stream(), request, response, callback);
    Watchers.Registration registration =
        backend
            .watchers()
            .watch(wish.path(), wish.recursive(), wish.stream(), wish.waitIndex(), answer);
    if (registration instanceof Watchers.Registration.Started started) {
      answers.keyHeaders(response, started.watch().startIndex());
      answer.start(started.watch());
    } else {
      StoreError error = ((Watchers.Registration.Refused) registration).error();
      answers.error(response, toApiError(error), callback);
    }
  }

  /** A PUT, POST or DELETE whose body has arrived; null for a body that is no form. */
  void write(String key, byte[] form, Request request, Response response, Callback callback) {
    KeyRequest wish;
    Operation operation;
    try {
      String query = request.getHttpURI().getQuery();
      wish = KeyRequest.parse(false, key, Form.parse(form, query, limits.maxFormFields()));
      operation = operation(request.getMethod(), wish);
    } catch (ApiException e) {
      answers.error(response, e.error(), callback);
      return;
    }
    boolean silent = wish.noValueOnSuccess() && !HttpMethod.DELETE.is(request.getMethod());
    CompletableFuture<Result> written = backend.write(operation);
    written.whenComplete(
        (result, failure) ->
            Answers.guarded(
                callback,
                () -> {
                  if (failure == null) {
                    answerWrite(result, silent, response, callback);
                  } else {
                    answers.failure(response, failure, callback);
                  }
                }));
  }

  private void answerWrite(Result result, boolean silent, Response response, Callback callback) {
    if (result instanceof Result.Success success) {
      Event event = success.event();
      answers.keyHeaders(response, event.index());
      JsonBytes body = silent ? EventJson.actionOnly(event) : EventJson.line(event, backend);
      Answers.send(response, event.created() ? 201 : 200, body.toBuffer(), callback);
    } else {
      answers.error(response, toApiError(((Result.Failure) result).error()), callback);
    }
  }

  private Operation operation(String method, KeyRequest wish) throws ApiException {
    if (HttpMethod.PUT.is(method)) {
      return KeyOperations.put(wish, backend.nowMillis());
    }
    return HttpMethod.POST.is(method)
        ? KeyOperations.post(wish, backend.nowMillis())
        : KeyOperations.delete(wish);
  }

  /**
   * Whether the body is a form. No type and an empty one say that it is none.
   *
   * @throws ApiException code 210 for a content type that cannot be read
   */
  static boolean isForm(Request request) throws ApiException {
    String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    return type != null
        && !type.isEmpty()
        && (type.equals(FORM) || MediaTypes.of(type).equals(FORM));
  }

  ApiError bodyTooLarge() {
    return ApiError.of(
            ErrorCode.INVALID_FORM, "a body may have at most " + limits.maxBodyBytes() + " bytes")
        .withHttpStatus(413);
  }

  ApiError bodyTooSlow() {
    return ApiError.of(
            ErrorCode.INVALID_FORM, "the body must arrive within " + limits.requestMillis() + " ms")
        .withHttpStatus(408);
  }

  Answers answers() {
    return answers;
  }

  private ApiError keyTooLong() {
    return ApiError.of(
            ErrorCode.INVALID_FIELD, "a key may have at most " + limits.maxKeyBytes() + " bytes")
        .withHttpStatus(414);
  }

  private boolean isTooLong(String key) {
    return key.length() * 3L > limits.maxKeyBytes()
        && key.getBytes(StandardCharsets.UTF_8).length > limits.maxKeyBytes();
  }

  private static ApiError toApiError(StoreError error) {
    ErrorCode code = ErrorCode.ofNumber(error.code()).orElse(ErrorCode.RAFT_INTERNAL);
    return ApiError.of(code, error.cause(), error.index());
  }

  private static String withoutLastSlash(String rest) {
    if (rest.length() <= 1) {
      return "/";
    }
    int last = rest.length() - 1;
    return rest.charAt(last) == '/' ? rest.substring(0, last) : rest;
  }
}
