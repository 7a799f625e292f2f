package dev.understudy.api.v1;

import dev.understudy.api.ClientBackend;
import dev.understudy.api.http.ByteBudget;
import dev.understudy.api.http.Elsewhere;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.JsonBytes;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.locks.LockTables;
import dev.understudy.locks.Session;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@code /v1/session}. */
final class SessionsHandler {
  private final ClientBackend backend;
  private final LockBackend locks;
  private final Answers answers;
  private final Reads reads;
  private final ByteBudget memory;
  private final long minTtlMillis;
  private final Elsewhere elsewhere;

  SessionsHandler(
      ClientBackend backend,
      LockBackend locks,
      Answers answers,
      Reads reads,
      ByteBudget memory,
      long minTtlMillis,
      Elsewhere elsewhere) {
    this.elsewhere = elsewhere;
    this.memory = memory;
    this.backend = backend;
    this.locks = locks;
    this.answers = answers;
    this.reads = reads;
    this.minTtlMillis = minTtlMillis;
  }

  void create(HttpExchange exchange) {
    exchange.textBody(
        body -> {
          SessionRequest request;
          try {
            request = SessionRequest.parse(body);
          } catch (BadRequestException e) {
            Answers.refuse(exchange, Answers.BAD_REQUEST, e.getMessage());
            return;
          }
          create(exchange, request);
        });
  }

  private void create(HttpExchange exchange, SessionRequest request) {
    try {
      Session session = request.toSession(newId(), locks.node(), minTtlMillis);
      if (!isMachine(session.node())) {
        throw new BadRequestException("Missing node registration");
      }
      answers.later(exchange, locks.create(session), created -> answer(exchange, created, request));
    } catch (BadRequestException e) {
      Answers.refuse(exchange, Answers.FAILED, e.getMessage());
    }
  }

  private String newId() {
    return new UUID(locks.random(Long.MAX_VALUE), locks.random(Long.MAX_VALUE)).toString();
  }

  private boolean isMachine(String node) {
    return node.equals(locks.node())
        || backend.members().stream().anyMatch(member -> member.name().equals(node));
  }

  /** An id that is taken already is as good as never drawn. */
  private void answer(HttpExchange exchange, Optional<Session> created, SessionRequest request) {
    if (created.isEmpty()) {
      create(exchange, request);
    } else {
      exchange.jsonLine(200, "{\"ID\":\"" + created.get().id() + "\"}");
    }
  }

  void destroy(HttpExchange exchange) {
    if (hasId(exchange)) {
      answers.later(exchange, locks.end(id(exchange)), ended -> Answers.answer(exchange, true));
    }
  }

  void renew(HttpExchange exchange) {
    if (hasId(exchange)) {
      answers.later(exchange, locks.renew(id(exchange)), renewal -> answer(exchange, renewal));
    }
  }

  private void answer(HttpExchange exchange, LockBackend.Renewal renewal) {
    if (renewal instanceof LockBackend.Renewal.Renewed renewed) {
      send(exchange, List.of(renewed.session()));
    } else if (renewal instanceof LockBackend.Renewal.Unknown) {
      Answers.refuse(exchange, Answers.NOT_FOUND, "Session id '" + id(exchange) + "' not found");
    } else {
      Optional<String> leader = ((LockBackend.Renewal.Elsewhere) renewal).leaderClientUrl();
      leader.ifPresentOrElse(
          url -> elsewhere.answer(exchange, url),
          () -> Answers.refuse(exchange, Answers.FAILED, "No cluster leader"));
    }
  }

  void info(HttpExchange exchange) throws ApiException {
    if (hasId(exchange)) {
      reads.answer(
          exchange,
          reads.parameters(exchange),
          LockTables.session(id(exchange)),
          (now, found) -> LockTables.indexOfSessions(now, found.stream().toList()),
          found -> send(exchange, found.stream().toList()));
    }
  }

  void ofNode(HttpExchange exchange) throws ApiException {
    String node = id(exchange);
    if (node.isEmpty()) {
      Answers.refuse(exchange, Answers.BAD_REQUEST, "Missing node name");
      return;
    }
    reads.answer(
        exchange,
        reads.parameters(exchange),
        LockTables.sessionsOf(node),
        LockTables::indexOfSessions,
        found -> send(exchange, found));
  }

  void list(HttpExchange exchange) throws ApiException {
    reads.answer(
        exchange,
        reads.parameters(exchange),
        LockTables.sessions(),
        LockTables::indexOfSessions,
        found -> send(exchange, found));
  }

  private void send(HttpExchange exchange, Collection<Session> sessions) {
    JsonBytes body = JsonBytes.within(memory, 32 + 300 * sessions.size());
    LockJson.sessions(body, sessions);
    exchange.json(200, body.raw('\n'));
  }

  private static String id(HttpExchange exchange) {
    String rest = exchange.wildcard();
    return rest.isEmpty() ? rest : rest.substring(1);
  }

  private static boolean hasId(HttpExchange exchange) {
    if (id(exchange).isEmpty()) {
      Answers.refuse(exchange, Answers.BAD_REQUEST, "Missing session");
      return false;
    }
    return true;
  }
}
