package dev.understudy.api;

import dev.understudy.api.access.Guard;
import dev.understudy.api.http.AnswerRest;
import dev.understudy.api.http.ByteBudget;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.JsonBytes;
import dev.understudy.api.http.MediaTypes;
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

/**
 * {@code /v2/keys}: reads are answered from the current version by the thread that read the
 * request, writes by the thread that completes the backend's future.
 */
final class KeysHandler {
  /** From there on a listing is written as its client takes it, and has no length beforehand. */
  private static final int LONG_LISTING_BYTES = 1 << 20;

  /** From so many nodes on a listing may be long enough to keep other connections waiting. */
  private static final long LONG_LISTING_NODES = 1_000;

  private static final String FORM = "application/x-www-form-urlencoded";

  private final ClientBackend backend;
  private final ClientLimits limits;
  private final ClientMemory memory;
  private final EtcdDialect dialect;
  private final Authorizer authorizer;
  private final Guard guard;
  private final LongAdder getsSuccess = new LongAdder();
  private final LongAdder getsFail = new LongAdder();

  KeysHandler(
      ClientBackend backend,
      ClientLimits limits,
      ClientMemory memory,
      EtcdDialect dialect,
      Authorizer authorizer,
      Guard guard) {
    this.backend = backend;
    this.limits = limits;
    this.memory = memory;
    this.dialect = dialect;
    this.authorizer = authorizer;
    this.guard = guard;
  }

  long getsSuccess() {
    return getsSuccess.sum();
  }

  long getsFail() {
    return getsFail.sum();
  }

  /** GET and HEAD. */
  void read(HttpExchange exchange) throws ApiException {
    KeyRequest wanted = request(exchange, null);
    boolean quorum = wanted.linearizable() && exchange.isGet();
    exchange.await(
        quorum ? backend.linearizable() : backend.caughtUp(),
        ready -> {
          if (wanted.watch()) {
            watch(wanted, exchange);
          } else {
            answerRead(wanted, exchange);
          }
        });
  }

  /** PUT and POST. */
  void writeWithBody(HttpExchange exchange) throws ApiException {
    key(exchange); // one that is too long is refused before the body is read
    exchange.body(body -> write(exchange, isForm(exchange) ? body : null));
  }

  /** DELETE, whose body nobody reads. */
  void delete(HttpExchange exchange) throws ApiException {
    write(exchange, null);
  }

  private void write(HttpExchange exchange, byte[] form) throws ApiException {
    KeyRequest wanted = request(exchange, form);
    Operation operation = operation(exchange.method(), wanted);
    boolean silent = wanted.noValueOnSuccess() && !exchange.method().equals("DELETE");
    CompletableFuture<Result> written = backend.write(operation);
    exchange.await(written, result -> answerWrite(result, silent, exchange));
  }

  /** What a request asks for, once it is permitted; the form is null for a body that is none. */
  private KeyRequest request(HttpExchange exchange, byte[] form) throws ApiException {
    Form fields = Form.parse(form, exchange.query(), limits.maxFormFields());
    KeyRequest request = KeyRequest.parse(exchange.isGet(), key(exchange), fields);
    permit(exchange, request);
    return request;
  }

  /**
   * A refusal has the index of the store, as every answer about a key that exists; but not one for
   * want of credentials. Those are for the path as it was sent: with a slash at its end it is
   * another one to a pattern.
   */
  private void permit(HttpExchange exchange, KeyRequest request) throws ApiException {
    boolean writes = !exchange.isGet() && !exchange.method().equals("HEAD");
    if (!guard.permitsKey(exchange, exchange.wildcard(), writes, request.recursive())) {
      ApiError refusal = ApiError.of(ErrorCode.UNAUTHORIZED, guard.refused(exchange), 0);
      int status = exchange.principal().refusalStatus(refusal.httpStatus());
      throw new ApiException(refusal.withHttpStatus(status));
    }
    try {
      authorizer.check(
          exchange.principal(), exchange.method(), request.path(), request.recursive());
    } catch (ApiException e) {
      throw new ApiException(e.error().withIndex(backend.version().index()));
    }
  }

  private void answerRead(KeyRequest wanted, HttpExchange exchange) {
    Version version = backend.version();
    Result result = version.get(wanted.path(), wanted.recursive());
    if (result instanceof Result.Success success) {
      getsSuccess.increment();
      Event event = success.event();
      if (event.node().dir() && version.nodeCount() > LONG_LISTING_NODES) {
        exchange.dispatch(() -> answerEvent(event, version, exchange));
      } else {
        answerEvent(event, version, exchange);
      }
    } else {
      getsFail.increment();
      exchange.error(toApiError(((Result.Failure) result).error()));
    }
  }

  private void answerEvent(Event event, Version version, HttpExchange exchange) {
    JsonBytes body = JsonBytes.within(memory.answers(), EventJson.roughLength(event));
    if (event.node().nodes().isEmpty()) {
      append(body, event);
    } else {
      ListingJson listing = listing(body, event);
      if (!listing.isDone()) {
        AnswerRest rest = rest(body, listing, version.bytesOf(event.node().key()));
        dialect.addKeyHeaders(exchange, version.index());
        exchange.send(200, body, rest);
        return;
      }
    }
    dialect.addKeyHeaders(exchange, version.index());
    exchange.send(200, body);
  }

  /** All of a listing, or the beginning of a long one. */
  private ListingJson listing(JsonBytes body, Event event) {
    ListingJson listing =
        new ListingJson(
            body, event, EventJson.times(event, backend.nowMillis(), backend.shownOffsetMillis()));
    while (!listing.isDone() && body.length() < LONG_LISTING_BYTES) {
      listing.writeMore(body);
    }
    return listing;
  }

  private AnswerRest rest(JsonBytes begun, ListingJson listing, long nodeBytes) {
    try {
      return new ListingAnswer(listing, memory.answers(), nodeBytes);
    } catch (ByteBudget.ExceededException e) {
      begun.release();
      throw e;
    }
  }

  private void answerWrite(Result result, boolean silent, HttpExchange exchange) {
    if (result instanceof Result.Success success) {
      Event event = success.event();
      dialect.addKeyHeaders(exchange, event.index());
      JsonBytes body = silent ? EventJson.actionOnly(event) : whole(event);
      exchange.send(event.created() ? 201 : 200, body);
    } else {
      exchange.error(toApiError(((Result.Failure) result).error()));
    }
  }

  /** It has been done, so it is answered in any case. */
  private JsonBytes whole(Event event) {
    JsonBytes body = JsonBytes.counted(memory.answers(), EventJson.roughLength(event));
    append(body, event);
    return body;
  }

  private void append(JsonBytes body, Event event) {
    EventJson.append(body, event, backend.nowMillis(), backend.shownOffsetMillis());
  }

  private void watch(KeyRequest wanted, HttpExchange exchange) {
    if (!memory.watches().tryAcquire()) {
      exchange.notNow(ClientMemory.TOO_MANY_WATCHES);
      return;
    }
    WatchAnswer answer = new WatchAnswer(backend, limits, memory, wanted.stream(), exchange);
    Watchers.Registration registration =
        backend
            .watchers()
            .watch(wanted.path(), wanted.recursive(), wanted.stream(), wanted.waitIndex(), answer);
    if (registration instanceof Watchers.Registration.Started started) {
      dialect.addKeyHeaders(exchange, started.watch().startIndex());
      answer.start(started.watch());
    } else {
      memory.watches().release();
      exchange.error(toApiError(((Watchers.Registration.Refused) registration).error()));
    }
  }

  private Operation operation(String method, KeyRequest wanted) {
    return switch (method) {
      case "PUT" -> KeyOperations.put(wanted, backend.nowMillis());
      case "POST" -> KeyOperations.post(wanted, backend.nowMillis());
      default -> KeyOperations.delete(wanted);
    };
  }

  /**
   * Whether the body is a form. No type and an empty one say that it is none.
   *
   * @throws ApiException code 210 for a content type that cannot be read
   */
  private static boolean isForm(HttpExchange exchange) throws ApiException {
    String type = exchange.header(HttpHeader.CONTENT_TYPE);
    return type != null
        && !type.isEmpty()
        && (type.equals(FORM) || MediaTypes.parse(type).equals(FORM));
  }

  /** The key of a request; what follows {@code /v2/keys}, without a slash at its end. */
  private String key(HttpExchange exchange) throws ApiException {
    String key = withoutLastSlash(exchange.wildcard());
    if (isTooLong(key)) {
      String cause = "a key may have at most " + limits.maxKeyBytes() + " bytes";
      throw new ApiException(ApiError.of(ErrorCode.INVALID_FIELD, cause).withHttpStatus(414));
    }
    return key;
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
