package dev.understudy.api.http.proxy;

import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.Relay;
import dev.understudy.api.http.RequestPath;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.FailureText;
import java.io.EOFException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * One request of a client that is sent on to the leader.
 *
 * <p>It is sent again where it has certainly not arrived: when no connection was made, or who was
 * asked says that another one leads. One that only reads may be sent again as well (RFC 9110
 * §9.2.2). A write that was sent and not answered may have been done: that is what its client
 * hears.
 *
 * <p>One thing happens to it after the other, each on the thread that the one before has led to;
 * but its client, or a proxy that breaks it off, may end it at any time.
 */
final class ForwardedRequest {
  /**
   * Marks what a proxy has sent: whoever gets it and does not lead redirects, and sends nothing.
   */
  static final String MARK = "X-Understudy-Proxy";

  /** Longer than a peer lets a client wait for what has no answer. */
  private static final long ANSWER_MILLIS = 10_000;

  /** An election takes two seconds at most, and its winner must be found. */
  private static final long RETRY_MILLIS = 5_000;

  private static final long PAUSE_MILLIS = 100;

  /** A former leader, and the one that it knows. */
  private static final int MAX_REDIRECTS = 3;

  /**
   * Written anew for each attempt, or by who answers; and the origin of a web page, which has been
   * let in here by the name of this machine.
   */
  private static final Set<String> OWN_HEADERS =
      Set.of("host", "content-length", "expect", "x-understudy-proxy", "origin");

  /** Which pages may read the answer is said by the machine that they have asked. */
  private static final String FOR_PAGES = "access-control-";

  /** With them a body has no meaning, and it would be kept for as long as a watch lasts. */
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD");

  private static final byte[] NO_BODY = {};

  private final HttpExchange exchange;
  private final byte[] body;
  private final LeaderProxy proxy;
  private final Relay relay;
  private final String pathQuery;
  private final long blockingMillis;
  private final boolean asRelay;
  private int redirects;
  private int pauses;
  private volatile Attempt current;

  /**
   * @param asRelay whether the leader is told that this machine's certificate says nothing of who
   *     asks
   */
  ForwardedRequest(
      HttpExchange exchange, byte[] body, long blockingMillis, LeaderProxy proxy, boolean asRelay) {
    this.asRelay = asRelay;
    this.exchange = exchange;
    this.body = SAFE_METHODS.contains(exchange.method()) ? NO_BODY : body;
    this.proxy = proxy;
    this.relay = new Relay(exchange, this::breakOff);
    String target = RequestPath.escapeForHeader(exchange.pathQuery());
    this.pathQuery = target.startsWith("/") ? target : "/";
    this.blockingMillis = blockingMillis;
  }

  void begin() {
    proxy.began(this);
    if (blockingMillis > 0) {
      relay.watchClient();
    }
    findLeader();
  }

  /** Whom it was sent to. */
  Optional<String> askedBase() {
    return Optional.ofNullable(current).map(attempt -> attempt.base);
  }

  /** Nobody waits for the answer any more, or nobody will give it. */
  void breakOff() {
    Attempt attempt = current;
    if (attempt != null) {
      attempt.abort(new EOFException("broken off"));
    }
  }

  private void findLeader() {
    if (relay.isOver()) {
      proxy.ended(this); // its client has left before there was an answer
      return;
    }
    exchange.await(
        proxy.leader(),
        leader -> leader.ifPresentOrElse(this::sendTo, () -> refuse("no leader is known")));
  }

  private void sendTo(String base) {
    Attempt attempt = new Attempt(base);
    current = attempt;
    attempt.send();
    // Whatever becomes of it, an exception on the way there becomes an answer.
    exchange.await(attempt.next, Runnable::run);
  }

  /** It has not been done; perhaps there is another leader in a moment. */
  private void tryAgain(String why) {
    if (++pauses * PAUSE_MILLIS > RETRY_MILLIS) {
      refuse(why);
      return;
    }
    CompletableFuture<Void> pause = new CompletableFuture<>();
    relay.schedule(() -> pause.complete(null), PAUSE_MILLIS);
    exchange.await(pause, passed -> findLeader());
  }

  private void redirected(String base) {
    if (++redirects > MAX_REDIRECTS) {
      refuse("those who were asked redirect to each other");
    } else {
      sendTo(base);
    }
  }

  private void refuse(String why) {
    answer(ApiError.of(ErrorCode.STANDBY_INTERNAL, why));
  }

  private void outcomeUnknown(String why) {
    answer(
        ApiError.of(ErrorCode.RAFT_INTERNAL, why + "; the outcome of the request is unknown")
            .withHttpStatus(504));
  }

  private void answer(ApiError error) {
    proxy.ended(this);
    relay.leave(same -> same.error(error));
  }

  /** Sends the request to one machine. */
  private final class Attempt {
    private final String base;
    private final Request request;

    /** What follows when this attempt has not led to an answer. */
    private final CompletableFuture<Runnable> next = new CompletableFuture<>();

    private Scheduler.Task deadline;

    /** Whether a byte of it may have left. */
    private volatile boolean sent;

    private Optional<String> redirect = Optional.empty();
    private boolean relaying;

    /** What is written to the client, one piece after the other. */
    private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);

    Attempt(String base) {
      this.base = base;
      this.request = proxy.http().newRequest(URI.create(base));
    }

    void send() {
      request.method(exchange.method()).path(path(pathQuery)).followRedirects(false);
      request.headers(this::addHeaders);
      if (!SAFE_METHODS.contains(exchange.method())) {
        request.body(new BytesRequestContent((String) null, body));
      }
      request.onRequestBegin(begun -> sent = true);
      request.onResponseHeaders(this::onHeaders);
      request.onResponseContentAsync(this::onContent);
      deadline =
          relay.schedule(
              () -> abort(new TimeoutException("no answer in time")),
              ANSWER_MILLIS + blockingMillis);
      request.send(this::onComplete);
    }

    /** What begins with two slashes would be taken for a host; the dot says that it is none. */
    private String path(String target) {
      return target.startsWith("//") ? "/." + target : target;
    }

    private void addHeaders(HttpFields.Mutable headers) {
      headers.clear();
      for (HttpField field : relay.requestHeaders()) {
        if (!OWN_HEADERS.contains(field.getLowerCaseName())) {
          headers.add(field);
        }
      }
      headers.add(HttpHeader.VIA, "1.1 understudy");
      headers.add(MARK, "1");
      if (asRelay) {
        headers.put(LeaderProxy.RELAY_HEADER, "1");
      }
    }

    void abort(Throwable cause) {
      CompletableFuture<Boolean> aborted = request.abort(cause);
      aborted.exceptionally(ended -> false);
    }

    private void onHeaders(Response response) {
      Scheduler.Task pending = deadline;
      pending.cancel();
      redirect = redirectIn(response);
      if (redirect.isEmpty()) {
        relaying = true;
        Callback.Completable begun = new Callback.Completable();
        written = begun;
        relay.begin(response.getStatus(), notForPages(response.getHeaders()), begun);
      }
    }

    private static HttpFields notForPages(HttpFields headers) {
      HttpFields.Mutable kept = HttpFields.build();
      headers.stream()
          .filter(field -> !field.getLowerCaseName().startsWith(FOR_PAGES))
          .forEach(kept::add);
      return kept;
    }

    /** One that leads to another machine: it has done nothing, and knows who can. */
    private Optional<String> redirectIn(Response response) {
      String location = response.getHeaders().get(HttpHeader.LOCATION);
      if (response.getStatus() != 307 || location == null || !location.endsWith(pathQuery)) {
        return Optional.empty();
      }
      return proxy.base(location.substring(0, location.length() - pathQuery.length()));
    }

    private void onContent(Response response, Content.Chunk chunk, Runnable demand) {
      if (!relaying) {
        demand.run();
        return;
      }
      chunk.retain();
      written =
          written
              .thenCompose(before -> write(chunk))
              .whenComplete(
                  (done, failure) -> {
                    chunk.release();
                    if (failure == null) {
                      demand.run();
                    } else {
                      abort(failure);
                    }
                  });
    }

    private CompletableFuture<Void> write(Content.Chunk chunk) {
      Callback.Completable done = new Callback.Completable();
      relay.write(chunk.getByteBuffer(), done);
      return done;
    }

    private void onComplete(Result result) {
      deadline.cancel();
      // A request that failed although its answer came (it was refused unread, say) is none of our
      // concern: the answer counts.
      Throwable failure = result.getResponseFailure();
      if (relaying) {
        endAnswer(failure);
      } else if (failure == null) {
        next.complete(() -> redirected(redirect.orElseThrow()));
      } else {
        next.complete(() -> failed(failure));
      }
    }

    private void endAnswer(Throwable failure) {
      proxy.ended(ForwardedRequest.this);
      if (failure == null) {
        written.whenComplete(
            (done, broken) -> {
              if (broken == null) {
                relay.end();
              } else {
                relay.fail(broken);
              }
            });
      } else {
        relay.fail(failure);
      }
    }

    private void failed(Throwable failure) {
      String why = "the leader at " + base + " does not answer: " + FailureText.of(failure);
      if (sent && failure instanceof TimeoutException) {
        outcomeUnknown(why);
      } else if (!sent || SAFE_METHODS.contains(exchange.method())) {
        tryAgain(why);
      } else {
        outcomeUnknown(why);
      }
    }
  }
}
