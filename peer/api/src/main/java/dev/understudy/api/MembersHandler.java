package dev.understudy.api;

import java.util.Optional;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** {@code /v2/members}: to be read only, since members change through the admin API. */
final class MembersHandler {
  private final ClientBackend backend;
  private final Answers answers;

  MembersHandler(ClientBackend backend, Answers answers) {
    this.backend = backend;
    this.answers = answers;
  }

  /**
   * Answers one request.
   *
   * @param rest the clean path after {@code /v2/members}: empty or beginning with a slash
   */
  void handle(String rest, Request request, Response response, Callback callback) {
    if (!HttpMethod.GET.is(request.getMethod())) {
      Answers.methodNotAllowed(response, "GET", callback);
      return;
    }
    switch (rest) {
      case "", "/" ->
          answers.once(
              backend.caughtUp(),
              response,
              callback,
              () -> answers.clusterJson(response, 200, all(), callback));
      case "/leader" ->
          answers.once(backend.caughtUp(), response, callback, () -> leader(response, callback));
      default -> answers.clusterJson(response, 404, Answers.message("Not found"), callback);
    }
  }

  private JsonBytes all() {
    JsonBytes out = new JsonBytes(1024).ascii("{\"members\":[");
    char between = 0;
    for (ClientBackend.Member member : backend.members()) {
      if (between != 0) {
        out.raw(between);
      }
      append(out, member);
      between = ',';
    }
    return out.ascii("]}\n");
  }

  private void leader(Response response, Callback callback) {
    Optional<ClientBackend.Member> leader = backend.leader();
    if (leader.isEmpty()) {
      answers.clusterJson(response, 503, Answers.message("During election"), callback);
      return;
    }
    JsonBytes out = new JsonBytes(256);
    append(out, leader.get());
    answers.clusterJson(response, 200, out.raw('\n'), callback);
  }

  private static void append(JsonBytes out, ClientBackend.Member member) {
    out.ascii("{\"id\":").string(Long.toHexString(member.id()));
    out.ascii(",\"name\":").string(member.name());
    out.ascii(",\"peerURLs\":[").string(member.peerUrl());
    out.ascii("],\"clientURLs\":[").string(member.clientUrl()).ascii("]}");
  }
}
