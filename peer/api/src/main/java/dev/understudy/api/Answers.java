package dev.understudy.api;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends answers: statuses, headers and bodies as etcd gives them. Any thread. */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
  private static final HttpField TEXT =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
  private static final HttpField NO_SNIFF =
      new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
  private static final HttpField CLOSE = new PreEncodedHttpField(HttpHeader.CONNECTION, "close");
  private static final HttpField RETRY_AFTER = new PreEncodedHttpField(HttpHeader.RETRY_AFTER, "1");

  /** On every answer, as etcd has them unless it was told its origins. */
  private static final HttpField[] CORS = {
    new PreEncodedHttpField("Access-Control-Allow-Headers", "accept, content-type, authorization"),
    new PreEncodedHttpField("Access-Control-Allow-Methods", "POST, GET, OPTIONS, PUT, DELETE"),
    new PreEncodedHttpField("Access-Control-Allow-Origin", "*"),
  };

  private final ClientBackend backend;
  private final NumberField etcdIndex = new NumberField("X-Etcd-Index");
  private final NumberField raftIndex = new NumberField("X-Raft-Index");
  private final NumberField raftTerm = new NumberField("X-Raft-Term");
  private volatile HttpField clusterId;

  Answers(ClientBackend backend) {
    this.backend = backend;
  }

  /** Goes before everything else, whatever the answer will be. */
  static void cors(Response response) {
    HttpFields.Mutable headers = response.getHeaders();
    for (HttpField field : CORS) {
      headers.add(field);
    }
  }

  /** The headers of an answer about keys. */
  void keyHeaders(Response response, long index) {
    HttpFields.Mutable headers = response.getHeaders();
    headers.add(JSON);
    headers.add(clusterId());
    headers.add(etcdIndex.of(index));
    headers.add(raftIndex.of(backend.raftIndex()));
    headers.add(raftTerm.of(backend.raftTerm()));
  }

  /** An error about keys, with its body. */
  void error(Response response, ApiError error, Callback callback) {
    HttpFields.Mutable headers = response.getHeaders();
    headers.add(JSON);
    headers.add(clusterId());
    headers.add(etcdIndex.of(error.index()));
    if (error.is(ErrorCode.LEADER_ELECTION)) {
      headers.add(RETRY_AFTER);
    }
    send(response, error.httpStatus(), errorLine(error), callback);
  }

  /** An error's body with its line feed. */
  static ByteBuffer errorLine(ApiError error) {
    JsonBytes out = new JsonBytes(128 + error.cause().length());
    out.ascii("{\"errorCode\":").signed(error.errorCode());
    out.ascii(",\"message\":").string(error.message());
    if (!error.cause().isEmpty()) {
      out.ascii(",\"cause\":").string(error.cause());
    }
    return out.ascii(",\"index\":").unsigned(error.index()).ascii("}\n").toBuffer();
  }

  /** What a failed future of the backend is to the client. */
  void failure(Response response, Throwable failure, Callback callback) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof BackendFailure.NotApplied) {
      error(response, ApiError.of(ErrorCode.LEADER_ELECTION, cause.getMessage()), callback);
    } else if (cause instanceof BackendFailure.OutcomeUnknown) {
      error(response, ApiError.of(ErrorCode.RAFT_INTERNAL, cause.getMessage()), callback);
    } else {
      LOG.error("a request failed for a reason that nobody foresaw", cause);
      error(
          response,
          ApiError.of(ErrorCode.RAFT_INTERNAL, "internal error, the outcome is unknown"),
          callback);
    }
  }

  /** Gives an answer once something has happened that may fail. */
  void once(
      CompletableFuture<Void> condition, Response response, Callback callback, Runnable answer) {
    condition.whenComplete(
        (done, failure) ->
            guarded(
                callback,
                () -> {
                  if (failure == null) {
                    answer.run();
                  } else {
                    failure(response, failure, callback);
                  }
                }));
  }

  /**
   * Gives an answer that hangs on a future or runs on another thread. There nobody would hear of an
   * exception, and the client would wait for ever.
   */
  static void guarded(Callback callback, Runnable answer) {
    try {
      answer.run();
    } catch (RuntimeException e) {
      LOG.error("an answer could not be given", e);
      callback.failed(e);
    }
  }

  /** JSON about the cluster, with its id. */
  void clusterJson(Response response, int status, JsonBytes body, Callback callback) {
    response.getHeaders().add(clusterId());
    json(response, status, body, callback);
  }

  /** Any other JSON. */
  static void json(Response response, int status, JsonBytes body, Callback callback) {
    response.getHeaders().add(JSON);
    send(response, status, body.toBuffer(), callback);
  }

  /** Plain text, as it stands. */
  static void text(Response response, int status, String body, Callback callback) {
    response.getHeaders().add(TEXT);
    send(response, status, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)), callback);
  }

  /** A refusal in plain text, with a line feed, that no browser shall take for anything else. */
  static void refusal(Response response, int status, String body, Callback callback) {
    response.getHeaders().add(NO_SNIFF);
    text(response, status, body + '\n', callback);
  }

  /** The body of an error that is not about keys. */
  static JsonBytes message(String message) {
    return new JsonBytes(64).ascii("{\"message\":").string(message).raw('}');
  }

  static void notFound(Response response, Callback callback) {
    refusal(response, 404, "404 page not found", callback);
  }

  static void methodNotAllowed(Response response, String allowed, Callback callback) {
    response.getHeaders().add(HttpHeader.ALLOW, allowed);
    refusal(response, 405, "Method Not Allowed", callback);
  }

  /** The connection ends with this answer, because what follows on it cannot be trusted. */
  static void closing(Response response) {
    response.getHeaders().put(CLOSE);
  }

  static void send(Response response, int status, ByteBuffer body, Callback callback) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
    response.write(true, body, callback);
  }

  private HttpField clusterId() {
    HttpField field = clusterId;
    if (field == null) {
      field = new PreEncodedHttpField("X-Etcd-Cluster-Id", Long.toHexString(backend.clusterId()));
      clusterId = field;
    }
    return field;
  }
}
