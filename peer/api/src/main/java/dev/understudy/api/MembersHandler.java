package dev.understudy.api;

import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.JsonBytes;
import dev.understudy.clusterconfig.HexId;
import java.util.Optional;

/** {@code /v2/members}: to be read only, since members change through the admin API. */
final class MembersHandler {
  private static final String ADD =
      "machines join by themselves: start one with --peers and the address of another";
  private static final String REMOVE =
      "a machine is taken out by its name: understudy machines remove NAME";

  private final ClientBackend backend;
  private final EtcdDialect dialect;

  MembersHandler(ClientBackend backend, EtcdDialect dialect) {
    this.backend = backend;
    this.dialect = dialect;
  }

  /** GET of everything under {@code /v2/members}. */
  void read(HttpExchange exchange) {
    switch (exchange.wildcard()) {
      case "", "/" ->
          exchange.await(backend.caughtUp(), ready -> dialect.clusterJson(exchange, 200, all()));
      case "/leader" -> exchange.await(backend.caughtUp(), ready -> leader(exchange));
      default -> dialect.clusterJson(exchange, 404, EtcdDialect.message("Not found"));
    }
  }

  /** POST: {@code etcdctl member add} shows the message of this status, and of no other. */
  void refuseToAdd(HttpExchange exchange) {
    dialect.clusterJson(exchange, 409, EtcdDialect.message(ADD));
  }

  /** DELETE: {@code etcdctl member remove} shows the status alone. */
  void refuseToRemove(HttpExchange exchange) {
    exchange.addHeader("Allow", "GET");
    dialect.clusterJson(exchange, 405, EtcdDialect.message(REMOVE));
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

  private void leader(HttpExchange exchange) {
    Optional<ClientBackend.Member> leader = backend.leader();
    if (leader.isEmpty()) {
      dialect.clusterJson(exchange, 503, EtcdDialect.message("During election"));
      return;
    }
    JsonBytes out = new JsonBytes(256);
    append(out, leader.get());
    dialect.clusterJson(exchange, 200, out.raw('\n'));
  }

  private static void append(JsonBytes out, ClientBackend.Member member) {
    out.ascii("{\"id\":").string(HexId.text(member.id()));
    out.ascii(",\"name\":").string(member.name());
    out.ascii(",\"peerURLs\":[").string(member.peerUrl());
    out.ascii("],\"clientURLs\":[").string(member.clientUrl()).ascii("]}");
  }
}
