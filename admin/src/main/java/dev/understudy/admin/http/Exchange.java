package dev.understudy.admin.http;

import dev.understudy.api.BodyReader;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.peer.AdminOutcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request to the admin API and the ways to answer it; answered exactly once. */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  /** A config or a join has some hundred bytes. */
  private static final int MAX_BODY_BYTES = 64 << 10;

  private static final long BODY_TIMEOUT_MILLIS = 10_000;

  private final Request request;
  private final Response response;
  private final Callback callback;

  Exchange(Request request, Response response, Callback callback) {
    this.request = request;
    this.response = response;
    this.callback = callback;
  }

  String method() {
    return request.getMethod();
  }

  /** The path as it was sent, without a slash at its end. */
  String path() {
    String path = request.getHttpURI().getPath();
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** The value of a header of the request; null for none. */
  String header(String name) {
    return request.getHeaders().get(name);
  }

  void putHeader(String name, String value) {
    response.getHeaders().put(name, value);
  }

  void onlyGet(Runnable answer) {
    if (method().equals("GET") || method().equals("HEAD")) {
      answer.run();
    } else {
      notAllowed("GET, HEAD");
    }
  }

  void notAllowed(String allowed) {
    putHeader(HttpHeader.ALLOW.asString(), allowed);
    text(HttpStatus.METHOD_NOT_ALLOWED_405, "Method Not Allowed\n");
  }

  /** Goes on with the whole body, once it is there. */
  void withBody(Consumer<String> next) {
    BodyReader.read(
        request,
        MAX_BODY_BYTES,
        BODY_TIMEOUT_MILLIS,
        new BodyReader.Outcome() {
          @Override
          public void complete(byte[] body) {
            next.accept(new String(body, StandardCharsets.UTF_8));
          }

          @Override
          public void tooLarge(boolean readToEnd) {
            if (!readToEnd) {
              closing();
            }
            text(
                HttpStatus.PAYLOAD_TOO_LARGE_413,
                "the body is longer than " + MAX_BODY_BYTES + " bytes\n");
          }

          @Override
          public void tooSlow() {
            closing();
            text(HttpStatus.REQUEST_TIMEOUT_408, "the body did not arrive in time\n");
          }

          @Override
          public void failed(Throwable failure) {
            callback.failed(failure);
          }
        });
  }

  private void closing() {
    putHeader(HttpHeader.CONNECTION.asString(), "close");
  }

  /** Answers with what becomes of a change, whenever that is known. */
  <T> void answer(CompletableFuture<AdminOutcome<T>> future, Function<T, String> toJson) {
    future.whenComplete(
        (outcome, failure) -> {
          if (failure != null) {
            LOG.error("{} {} failed, this is a bug", method(), path(), failure);
            error(ApiError.of(ErrorCode.RAFT_INTERNAL, "the outcome is not known"));
          } else {
            answer(outcome, toJson);
          }
        });
  }

  /** Answers with an outcome that is there. */
  <T> void answer(AdminOutcome<T> outcome, Function<T, String> toJson) {
    if (outcome instanceof AdminOutcome.Done<T> done) {
      json(HttpStatus.OK_200, toJson.apply(done.value()));
    } else if (outcome instanceof AdminOutcome.Refused<T> refused) {
      error(refused.error());
    } else if (outcome instanceof AdminOutcome.NotLeader<T> notLeader) {
      redirect(notLeader.leaderPeerUrl());
    }
  }

  private void redirect(Optional<String> leaderPeerUrl) {
    if (leaderPeerUrl.isEmpty()) {
      error(ApiError.of(ErrorCode.LEADER_ELECTION, "no leader is known"));
      return;
    }
    response.setStatus(HttpStatus.TEMPORARY_REDIRECT_307);
    putHeader(
        HttpHeader.LOCATION.asString(), leaderPeerUrl.get() + request.getHttpURI().getPathQuery());
    response.write(true, null, callback);
  }

  void error(ApiError error) {
    if (error.httpStatus() == HttpStatus.SERVICE_UNAVAILABLE_503) {
      putHeader(HttpHeader.RETRY_AFTER.asString(), "1");
    }
    json(error.httpStatus(), error.toJson());
  }

  void json(int status, String json) {
    write(status, "application/json", json + "\n");
  }

  void text(int status, String text) {
    write(status, "text/plain; charset=utf-8", text);
  }

  /** Says how many bytes a body will have. */
  @FunctionalInterface
  interface Length {
    long bytes() throws IOException;
  }

  /** Writes a body. */
  @FunctionalInterface
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Answers with bytes that are made while they are sent, on a thread of the server that may block.
   * A body that fails breaks the connection off, so that nobody takes it for whole.
   *
   * @param ended runs once, when nothing more is sent
   */
  void stream(Length length, Body body, Runnable ended) {
    try {
      request.getComponents().getExecutor().execute(() -> streamNow(length, body, ended));
    } catch (RejectedExecutionException e) {
      ended.run();
      error(ApiError.of(ErrorCode.LEADER_ELECTION, "this machine is busy or stopping"));
    }
  }

  private void streamNow(Length length, Body body, Runnable ended) {
    try {
      response.setStatus(HttpStatus.OK_200);
      putHeader(HttpHeader.CONTENT_TYPE.asString(), "application/octet-stream");
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length.bytes());
      if (!method().equals("HEAD")) {
        body.writeTo(Content.Sink.asOutputStream(response));
      }
      ended.run();
      callback.succeeded();
    } catch (IOException | RuntimeException | Error e) {
      LOG.info("{} {} broke off: {}", method(), path(), e.toString());
      ended.run();
      callback.failed(e);
    }
  }

  private void write(int status, String type, String body) {
    response.setStatus(status);
    putHeader(HttpHeader.CONTENT_TYPE.asString(), type);
    Content.Sink.write(response, true, body, callback);
  }
}
