package dev.understudy.api;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Who is there, who leads, which version this is and whether it is well. */
final class StateHandler {
  /** The etcd whose answers these are; clients decide by it what they may ask. */
  private static final String ETCD_VERSION = "3.4.0";

  private final ClientBackend backend;
  private final Answers answers;
  private final String version;

  StateHandler(ClientBackend backend, Answers answers, String version) {
    this.backend = backend;
    this.answers = answers;
    this.version = version;
  }

  /** {@code /v2/machines}: the client URLs in one line of text. */
  void machines(Request request, Response response, Callback callback) {
    if (HttpMethod.HEAD.is(request.getMethod()) || isGet(request, response, "GET,HEAD", callback)) {
      answers.once(
          backend.caughtUp(),
          response,
          callback,
          () -> Answers.text(response, 200, clientUrls(), callback));
    }
  }

  private String clientUrls() {
    return backend.members().stream()
        .map(ClientBackend.Member::clientUrl)
        .collect(Collectors.joining(", "));
  }

  /** {@code /v2/leader}: the leader's peer URL as text, as etcd 0.4 had it. */
  void leader(Request request, Response response, Callback callback) {
    if (isGet(request, response, "GET", callback)) {
      answers.once(backend.caughtUp(), response, callback, () -> leader(response, callback));
    }
  }

  private void leader(Response response, Callback callback) {
    Optional<ClientBackend.Member> leader = backend.leader();
    if (leader.isPresent()) {
      Answers.text(response, 200, leader.get().peerUrl(), callback);
    } else {
      long index = backend.version().index();
      answers.error(response, ApiError.of(ErrorCode.LEADER_ELECTION, "", index), callback);
    }
  }

  /** {@code /version}. */
  void version(Request request, Response response, Callback callback) {
    if (isGet(request, response, "GET", callback)) {
      JsonBytes out = new JsonBytes(128).ascii("{\"etcdserver\":").string(ETCD_VERSION);
      out.ascii(",\"etcdcluster\":").string(ETCD_VERSION);
      out.ascii(",\"understudy\":").string(version).raw('}');
      Answers.json(response, 200, out, callback);
    }
  }

  /** {@code /health}: the value is a string, as etcd has it. */
  void health(Request request, Response response, Callback callback) {
    if (!isGet(request, response, "GET", callback)) {
      return;
    }
    if (backend.healthy()) {
      Answers.text(response, 200, "{\"health\":\"true\"}", callback);
    } else {
      Answers.refusal(response, 503, "{\"health\":\"false\"}", callback);
    }
  }

  private static boolean isGet(
      Request request, Response response, String allowed, Callback callback) {
    if (HttpMethod.GET.is(request.getMethod())) {
      return true;
    }
    Answers.methodNotAllowed(response, allowed, callback);
    return false;
  }
}
