package dev.understudy.api.http;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.FatalErrors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * One request and the ways to answer it. It is answered exactly once: a second answer is a bug and
 * throws. Never blocks, except where a method says so.
 *
 * <p>For one thread at a time; it may go from one to another, as futures do it. Whatever is thrown
 * by what runs on behalf of a request, be it at once or in a callback, ends in an answer or, if
 * that has begun already, in a closed connection.
 */
public final class HttpExchange {
  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
  private static final HttpField TEXT =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
  private static final HttpField NO_SNIFF =
      new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
  private static final HttpField CLOSE = new PreEncodedHttpField(HttpHeader.CONNECTION, "close");
  private static final HttpField RETRY_AFTER = new PreEncodedHttpField(HttpHeader.RETRY_AFTER, "1");

  private static final AtomicIntegerFieldUpdater<HttpExchange> ANSWERS =
      AtomicIntegerFieldUpdater.newUpdater(HttpExchange.class, "answers");
  private static final AtomicLongFieldUpdater<HttpExchange> CHARGED_BYTES =
      AtomicLongFieldUpdater.newUpdater(HttpExchange.class, "chargedBytes");

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Dialect dialect;
  private final String path;
  private String wildcard = "";
  private String requestId;
  private boolean bodyTaken;
  private boolean waits;

  /** When its body had arrived; 0 where nobody reads one. */
  long arrivedNanos;

  private Principal principal = Principal.ANYONE;
  private volatile long chargedBytes;
  private volatile int answers;

  /**
   * An exchange outside of a {@link Door}, for Jetty's own handlers.
   *
   * @param path what {@link #path} returns
   */
  public HttpExchange(
      Request request, Response response, Callback callback, Dialect dialect, String path) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.dialect = dialect;
    this.path = path;
  }

  // ---- the request

  /** The method, in upper case. */
  public String method() {
    return request.getMethod();
  }

  /** Whether this is a GET; a HEAD is none. */
  public boolean isGet() {
    return method().equals("GET");
  }

  /** The path as the dialect of the door reads it. */
  public String path() {
    return path;
  }

  /** What the pattern of the route left open; for a subtree empty or beginning with a slash. */
  public String wildcard() {
    return wildcard;
  }

  /** The query, still escaped; null for none. */
  public String query() {
    return request.getHttpURI().getQuery();
  }

  /** Path and query as they were sent. */
  public String pathQuery() {
    return request.getHttpURI().getPathQuery();
  }

  /** The value of a header; null for none. */
  public String header(String name) {
    return request.getHeaders().get(name);
  }

  /** The value of a header that Jetty knows; null for none. */
  public String header(HttpHeader name) {
    return request.getHeaders().get(name);
  }

  /** Who sends this request. */
  public Principal principal() {
    return principal;
  }

  /** The address that the request came from, for the log. */
  public String remoteAddress() {
    return Request.getRemoteAddr(request);
  }

  /** The same as limits count it: of IPv6 its network. */
  public String addressBlock() {
    return AddressBlock.of(request.getConnectionMetaData().getRemoteSocketAddress());
  }

  /** By what it is found again in the log. Who asks for it names it there: the answer has it. */
  public String requestId() {
    if (requestId == null) {
      String given = RequestId.given(request.getHeaders());
      requestId = given == null ? RequestId.next() : given;
    }
    return requestId;
  }

  /**
   * Continues with the whole body, on this thread if it has arrived already. One that is too large
   * or too slow for the door is answered by its dialect.
   */
  public void body(BodyAction<byte[]> next) {
    bodyTaken = true;
    BodyReader.read(this, request, dialect.bodyLimits(), next);
  }

  /** As {@link #body}, with the body as text; one that is not UTF-8 is answered 400. */
  public void textBody(BodyAction<String> next) {
    body(
        bytes -> {
          String text = Utf8.decode(bytes);
          if (text == null) {
            throw new ApiException(ErrorCode.INVALID_FORM, "the body is not UTF-8");
          }
          next.accept(text);
        });
  }

  /** Whether a body was announced that nobody has begun to read. */
  boolean hasUnreadBody() {
    long announced = request.getLength();
    return !bodyTaken
        && (announced > 0
            || announced < 0 && request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING));
  }

  /** Does something once the body, which has no meaning, is read and thrown away. */
  void discardBody(Route.Action next) {
    bodyTaken = true;
    RequestDrain.thenAct(this, next);
  }

  /** Sends an answer once a body that nobody has asked for is read and thrown away. */
  private void afterBody(Runnable next) {
    if (hasUnreadBody()) {
      bodyTaken = true;
      RequestDrain.thenAnswer(this, next);
    } else {
      next.run();
    }
  }

  /** Continues with the value of a future, on the thread that completes it. */
  public <T> void await(CompletableFuture<T> future, Consumer<? super T> next) {
    if (future.isDone() && !future.isCompletedExceptionally()) {
      resume(future.join(), null, next); // without another future
    } else {
      future.whenComplete((value, failure) -> resume(value, failure, next));
    }
  }

  private <T> void resume(T value, Throwable failure, Consumer<? super T> next) {
    try {
      if (failure == null) {
        next.accept(value);
      } else {
        failed(failure instanceof CompletionException ? failure.getCause() : failure);
      }
    } catch (ByteBudget.ExceededException e) {
      tooMuch(e);
    } catch (Throwable bug) {
      fault(bug);
    }
  }

  /** Nothing of the answer was sent, but some of its headers may be there. */
  private void tooMuch(ByteBudget.ExceededException e) {
    startOver();
    notNow(e.getMessage());
  }

  /** Forgets what there is of an answer; not that the connection has to end with it. */
  private void startOver() {
    boolean last = response.getHeaders().contains(HttpHeader.CONNECTION, "close");
    response.reset();
    dialect.addHeaders(response.getHeaders());
    if (last) {
      closeAfterwards();
    }
  }

  private void failed(Throwable cause) {
    Optional<ApiError> expected = dialect.expected(cause);
    if (expected.isPresent()) {
      error(expected.get());
    } else {
      fault(cause);
    }
  }

  /**
   * Continues on another thread of the server, which may block.
   *
   * @throws RejectedExecutionException if the server is stopping
   */
  public void dispatch(Runnable next) {
    request.getComponents().getExecutor().execute(() -> run(exchange -> next.run()));
  }

  /** Runs what belongs to this exchange; whatever is thrown becomes its answer. */
  void run(Route.Action action) {
    try {
      action.handle(this);
    } catch (ApiException e) {
      error(e.error());
    } catch (ByteBudget.ExceededException e) {
      tooMuch(e);
    } catch (Throwable bug) {
      fault(bug);
    }
  }

  /** The client is told that something went wrong, but not what; the log has the details. */
  void fault(Throwable bug) {
    FatalErrors.check(bug);
    try {
      RequestTracing.bug(this, bug);
      if (answers != 0 || response.isCommitted()) {
        giveBack();
        callback.failed(bug);
        return;
      }
      startOver();
      error(ApiError.of(ErrorCode.RAFT_INTERNAL, "internal error, the outcome is unknown"));
    } catch (Throwable another) {
      FatalErrors.check(another);
      callback.failed(another);
    }
  }

  // ---- the answer

  /** Adds a header to the answer. */
  public void addHeader(HttpField field) {
    response.getHeaders().add(field);
  }

  /** Adds a header to the answer. */
  public void addHeader(String name, String value) {
    response.getHeaders().add(name, value);
  }

  /** Ends the connection with this answer, because what follows on it cannot be trusted. */
  public void closeAfterwards() {
    response.getHeaders().put(CLOSE);
  }

  /** Answers with these bytes; the headers are there. */
  public void send(int status, ByteBuffer body) {
    begin(status);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
    afterBody(() -> response.write(true, body, callback));
  }

  /** Answers with JSON, as it was written; the headers are there. What it counts is given back. */
  public void send(int status, JsonBytes body) {
    long length = body.length();
    if (length <= SlicedAnswer.SLICE_BYTES && !body.isCharged()) {
      send(status, body.toBuffer());
      return;
    }
    begin(status);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
    sliced(body, SlicedAnswer.NOTHING);
  }

  /** Answers with JSON of which only the beginning is in memory; the headers are there. */
  public void send(int status, JsonBytes begin, AnswerRest rest) {
    begin(status);
    sliced(begin, rest);
  }

  private void sliced(JsonBytes begin, AnswerRest rest) {
    afterBody(() -> new SlicedAnswer(request, response, begin, rest, callback).iterate());
  }

  /** Answers with JSON, as it was written. */
  public void json(int status, JsonBytes body) {
    addHeader(JSON);
    send(status, body);
  }

  /** Answers with JSON and a line feed. */
  public void jsonLine(int status, String json) {
    addHeader(JSON);
    send(status, bytes(json + "\n"));
  }

  /** Answers with plain text, as it is. */
  public void text(int status, String body) {
    addHeader(TEXT);
    send(status, bytes(body));
  }

  /** Answers with one line of plain text that no browser shall take for anything else. */
  public void plainError(int status, String line) {
    addHeader(NO_SNIFF);
    text(status, line + '\n');
  }

  /** Says when to ask again, where it is for now that there is no answer. */
  public void addRetryAfter(int status) {
    if (status == 503) {
      addHeader(RETRY_AFTER);
    }
  }

  /**
   * Answers with an error in JSON. What is answered 503 may be sent again, and the answer says so.
   */
  public void error(ApiError error) {
    addHeader(JSON);
    dialect.addErrorHeaders(response.getHeaders(), error);
    addRetryAfter(error.httpStatus());
    send(error.httpStatus(), errorLine(error).toBuffer());
  }

  /** Answers 503, code 301: certainly not done, and worth another try in a second. */
  public void notNow(String why) {
    error(ApiError.of(ErrorCode.LEADER_ELECTION, why));
  }

  /** Sends the client to another place, with 307: method and body stay as they are. */
  public void redirect(String location) {
    addLocation(location);
    send(307, BufferUtil.EMPTY_BUFFER);
  }

  /** Adds where the client shall go; what a header cannot hold is escaped. */
  public void addLocation(String location) {
    addHeader("Location", RequestPath.escapeForHeader(location));
  }

  /** The body of an error, with its line feed. */
  public static JsonBytes errorLine(ApiError error) {
    JsonBytes out = new JsonBytes(128 + error.cause().length());
    out.ascii("{\"errorCode\":").signed(error.errorCode());
    out.ascii(",\"message\":").string(error.message());
    if (!error.cause().isEmpty()) {
      out.ascii(",\"cause\":").string(error.cause());
    }
    return out.ascii(",\"index\":").unsigned(error.index()).ascii("}\n");
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Counts memory that this request takes until it is answered, which another thread may do just
   * now.
   *
   * @return false, and nothing is counted, when the requests under way take as much as they may
   */
  boolean charge(long bytes) {
    if (!dialect.requests().tryTake(bytes)) {
      return false;
    }
    CHARGED_BYTES.addAndGet(this, bytes);
    if (answers != 0) {
      giveBack();
    }
    return true;
  }

  private void giveBack() {
    if (chargedBytes != 0) {
      dialect.requests().give(CHARGED_BYTES.getAndSet(this, 0));
    }
  }

  private void begin(int status) {
    if (!ANSWERS.compareAndSet(this, 0, 1)) {
      throw new IllegalStateException("answered twice: " + method() + " " + path);
    }
    giveBack();
    response.setStatus(status);
    RequestTracing.answering(this, status);
    HttpCounts.answering(this, status);
  }

  // ---- long answers

  /**
   * Answers with bytes that are made while they are sent, on a thread of the server that may block.
   * One that fails breaks the connection off, so that nobody takes the body for whole.
   */
  public void download(Download download) {
    try {
      request.getComponents().getExecutor().execute(() -> download.send(this));
    } catch (RejectedExecutionException e) {
      download.ended();
      notNow("this machine is busy or stopping");
    }
  }

  /** Begins an answer that goes on for as long as its source has something to send. */
  public LiveStream stream(LiveStream.Source source) {
    return new LiveStream(this, source);
  }

  /** It waits for something by its nature, so that nobody is slow who answers it late. */
  void willWait() {
    waits = true;
  }

  boolean waits() {
    return waits;
  }

  boolean hasRequestId() {
    return requestId != null;
  }

  Dialect dialect() {
    return dialect;
  }

  Request request() {
    return request;
  }

  Response response() {
    return response;
  }

  Callback callback() {
    return callback;
  }

  void identified(Principal who) {
    principal = who;
  }

  void matched(String open) {
    wildcard = open;
  }

  /** From here on somebody else writes to the response. */
  void beginStream(int status) {
    begin(status);
    if (hasUnreadBody()) {
      closeAfterwards();
    }
  }

  /** The client is gone, or has sent what is no HTTP. */
  void abandon(Throwable failure) {
    giveBack();
    callback.failed(failure);
  }
}
