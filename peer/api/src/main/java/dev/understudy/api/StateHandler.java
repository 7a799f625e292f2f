package dev.understudy.api;

import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.VersionAnswer;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who is there, who leads, which version this is and whether it is well. */
final class StateHandler {
  private final ClientBackend backend;
  private final String version;

  StateHandler(ClientBackend backend, String version) {
    this.backend = backend;
    this.version = version;
  }

  /** {@code /v2/machines}: the client URLs in one line of text. */
  void machines(HttpExchange exchange) {
    exchange.await(backend.caughtUp(), ready -> exchange.text(200, clientUrls()));
  }

  private String clientUrls() {
    return backend.members().stream()
        .map(ClientBackend.Member::clientUrl)
        .collect(Collectors.joining(", "));
  }

  /** {@code /v2/leader}: the leader's peer URL as text, as etcd 0.4 had it. */
  void leader(HttpExchange exchange) {
    exchange.await(backend.caughtUp(), ready -> answerLeader(exchange));
  }

  private void answerLeader(HttpExchange exchange) {
    Optional<ClientBackend.Member> leader = backend.leader();
    if (leader.isPresent()) {
      exchange.text(200, leader.get().peerUrl());
    } else {
      exchange.error(ApiError.of(ErrorCode.LEADER_ELECTION, "", backend.version().index()));
    }
  }

  /** {@code /version}. */
  void version(HttpExchange exchange) {
    exchange.json(200, VersionAnswer.of(version));
  }

  /** {@code /health}: the value is a string, as etcd has it. */
  void health(HttpExchange exchange) {
    exchange.await(
        backend.healthy(),
        healthy -> {
          if (healthy) {
            exchange.text(200, "{\"health\":\"true\"}");
          } else {
            exchange.plainError(503, "{\"health\":\"false\"}");
          }
        });
  }
}
