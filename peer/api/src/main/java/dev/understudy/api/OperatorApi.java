package dev.understudy.api;

import dev.understudy.api.OperatorBackend.Answer;
import dev.understudy.api.OperatorBackend.Stored;
import dev.understudy.api.OperatorBackend.Written;
import dev.understudy.api.access.Guard;
import dev.understudy.api.http.Elsewhere;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.Route;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.clusterconfig.SchedulerConfig;
import dev.understudy.clusterconfig.ServerDetails;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /v1/operator}: how an operator of Consul looks after autopilot and consensus. What only a
 * leader knows or does is asked of it. Errors are lines of text, as Consul's are.
 */
public final class OperatorApi {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorApi.class);

  private static final int OK = 200;

  /** What Consul answers while a server is not healthy; monitors look at the status alone. */
  private static final int UNHEALTHY = 429;

  private static final int BAD_REQUEST = 400;

  private static final int REFUSED = 500;

  private static final int MAX_PARAMETERS = 16;
  private static final String BAD_CAS = "Error parsing cas value: a whole number is needed";

  private final OperatorBackend operator;
  private final ClientBackend backend;
  private final Elsewhere elsewhere;
  private final Guard guard;

  /**
   * @param backend confirms that what this peer knows is not old
   * @param elsewhere answers what only the leader knows or does
   * @param guard says who may ask here
   */
  public OperatorApi(
      OperatorBackend operator, ClientBackend backend, Elsewhere elsewhere, Guard guard) {
    this.elsewhere = elsewhere;
    this.operator = operator;
    this.backend = backend;
    this.guard = guard;
  }

  /** What it answers. */
  public List<Route> routes() {
    return List.of(
        Route.at("/v1/operator/autopilot/health").on(guarded(this::health), "GET"),
        Route.at("/v1/operator/autopilot/state").on(guarded(this::state), "GET"),
        Route.at("/v1/operator/autopilot/configuration")
            .on(guarded(this::autopilot), "GET")
            .on(guarded(this::putAutopilot), "PUT"),
        Route.at("/v1/operator/scheduler/configuration")
            .on(guarded(this::scheduler), "GET")
            .on(guarded(this::putScheduler), "PUT", "POST"),
        Route.at("/v1/operator/raft/configuration").on(guarded(this::members), "GET"),
        Route.at("/v1/operator/raft/peer").on(guarded(this::removePeer), "DELETE"),
        Route.at("/v1/operator/raft/transfer-leader").on(guarded(this::transfer), "PUT", "POST"));
  }

  /** For operators. */
  private Route.Action guarded(Route.Action action) {
    return exchange -> {
      if (!guard.permitsOperator(exchange)) {
        String why = guard.refused(exchange);
        boolean heard = exchange.principal().wasHeard();
        int status = exchange.principal().refusalStatus(403);
        exchange.addRetryAfter(status);
        exchange.plainError(status, heard ? "Permission denied" : why);
      } else {
        action.handle(exchange);
      }
    };
  }

  private void health(HttpExchange exchange) {
    answer(
        exchange,
        operator.servers(),
        servers ->
            exchange.jsonLine(
                servers.healthy() ? OK : UNHEALTHY,
                OperatorJson.health(servers, operator.wallMillis())));
  }

  private void state(HttpExchange exchange) {
    answer(
        exchange,
        operator.servers(),
        servers -> exchange.jsonLine(OK, OperatorJson.state(servers, operator.wallMillis())));
  }

  /** As of a read that begins now, on any peer. */
  private void autopilot(HttpExchange exchange) {
    exchange.await(
        backend.linearizable(),
        ready -> {
          Stored<AutopilotConfig> stored = operator.autopilot();
          exchange.jsonLine(
              OK,
              stored.value().toJson(operator.config(), stored.createIndex(), stored.modifyIndex()));
        });
  }

  private void putAutopilot(HttpExchange exchange) throws ApiException {
    Optional<OptionalLong> cas = cas(exchange);
    setting(
        exchange,
        AutopilotConfig::fromRequest,
        config ->
            exchange.await(
                operator.set(config, cas.get()),
                set ->
                    answer(
                        exchange,
                        set,
                        written -> {
                          tell(exchange, "autopilot", config.toStored(), written);
                          exchange.jsonLine(OK, Boolean.toString(written.written()));
                        })));
  }

  /** What a body may be read as. */
  @FunctionalInterface
  private interface Parser<T> {
    T parse(String body) throws ApiException;
  }

  /** Reads a setting, or says in a line what is wrong with it. */
  private static <T> void setting(HttpExchange exchange, Parser<T> parser, Consumer<T> next)
      throws ApiException {
    boolean casMakesSense = cas(exchange).isPresent();
    exchange.textBody(
        body -> {
          T config;
          try {
            config = parser.parse(body);
          } catch (ApiException e) {
            exchange.plainError(BAD_REQUEST, e.error().cause());
            return;
          }
          if (casMakesSense) {
            next.accept(config);
          } else {
            exchange.plainError(BAD_REQUEST, BAD_CAS);
          }
        });
  }

  /** In Nomad's words, as its configuration is. */
  private void scheduler(HttpExchange exchange) {
    exchange.await(
        backend.linearizable(),
        ready -> {
          Stored<SchedulerConfig> stored = operator.scheduler();
          exchange.addHeader("X-Nomad-Index", Long.toString(stored.modifyIndex()));
          exchange.addHeader("X-Nomad-KnownLeader", "true");
          exchange.addHeader("X-Nomad-LastContact", "0");
          exchange.jsonLine(OK, OperatorJson.scheduler(stored));
        });
  }

  private void putScheduler(HttpExchange exchange) throws ApiException {
    Optional<OptionalLong> cas = cas(exchange);
    setting(
        exchange,
        SchedulerConfig::fromRequest,
        config ->
            exchange.await(
                operator.set(config, cas.get()),
                set ->
                    answer(
                        exchange,
                        set,
                        written -> {
                          tell(exchange, "scheduler", config.toStored(), written);
                          boolean updated = written.written() && cas.get().isPresent();
                          exchange.jsonLine(OK, OperatorJson.updated(updated, written.index()));
                        })));
  }

  private void tell(HttpExchange exchange, String what, String json, Written written) {
    guard.asked(exchange, json, written.written() ? "done" : "another has changed it");
    if (written.written()) {
      LOG.info("{} config set to {} by {}", what, json, exchange.remoteAddress());
    }
  }

  /** The condition, if one is given; empty when it makes no sense. */
  private static Optional<OptionalLong> cas(HttpExchange exchange) throws ApiException {
    String text = parameter(exchange, "cas");
    if (text.isEmpty()) {
      return Optional.of(OptionalLong.empty());
    }
    return text.matches("\\d{1,18}")
        ? Optional.of(OptionalLong.of(Long.parseLong(text)))
        : Optional.empty();
  }

  private void members(HttpExchange exchange) {
    exchange.await(
        backend.linearizable(),
        ready -> exchange.jsonLine(OK, OperatorJson.members(operator.members())));
  }

  /** By id or by address; Consul calls what is not there by the word that it was asked with. */
  private void removePeer(HttpExchange exchange) throws ApiException {
    String id = parameter(exchange, "id");
    String address = parameter(exchange, "address");
    if (id.isEmpty() == address.isEmpty()) {
      exchange.plainError(
          400,
          id.isEmpty()
              ? "Must specify either ?id with the server's ID or ?address with IP:port of"
                  + " peer to remove"
              : "Must specify only one of ?id or ?address");
    } else if (id.isEmpty()) {
      remove(exchange, "address", address, server -> isAt(server, address));
    } else {
      remove(exchange, "id", id, server -> server.id().equals(id));
    }
  }

  private static String parameter(HttpExchange exchange, String name) throws ApiException {
    String value = Form.parse(null, exchange.query(), MAX_PARAMETERS).first(name);
    return value == null ? "" : value;
  }

  private static boolean isAt(ServerDetails server, String address) {
    return MachineUrl.same("http://" + server.address(), "http://" + address);
  }

  private void remove(
      HttpExchange exchange, String word, String value, Predicate<ServerDetails> isMeant) {
    withPeer(
        exchange,
        isMeant,
        word,
        value,
        name ->
            exchange.await(
                operator.remove(name),
                removed ->
                    answer(
                        exchange,
                        removed,
                        done -> {
                          guard.asked(exchange, "of " + name, "done");
                          exchange.text(OK, "");
                        })));
  }

  private void transfer(HttpExchange exchange) throws ApiException {
    String id = parameter(exchange, "id");
    if (id.isEmpty()) {
      transfer(exchange, Optional.empty());
    } else {
      withPeer(
          exchange,
          server -> server.id().equals(id),
          "id",
          id,
          name -> transfer(exchange, Optional.of(name)));
    }
  }

  private void transfer(HttpExchange exchange, Optional<String> name) {
    exchange.await(
        operator.transferLeadership(name),
        handed ->
            answer(
                exchange,
                handed,
                leader -> {
                  guard.asked(exchange, "to " + leader, "done");
                  exchange.jsonLine(OK, "{\"Success\":true}");
                }));
  }

  /** On the leader, which alone knows who has a seat at this moment. */
  private void withPeer(
      HttpExchange exchange,
      Predicate<ServerDetails> isMeant,
      String word,
      String value,
      Consumer<String> onFound) {
    answer(
        exchange,
        operator.servers(),
        servers ->
            servers.peers().stream()
                .filter(isMeant)
                .findFirst()
                .map(ServerDetails::name)
                .ifPresentOrElse(
                    onFound,
                    () ->
                        exchange.plainError(
                            REFUSED,
                            "%s \"%s\" was not found in the Raft configuration"
                                .formatted(word, value))));
  }

  private <T> void answer(HttpExchange exchange, Answer<T> answer, Consumer<T> onDone) {
    if (answer instanceof Answer.Done<T> done) {
      onDone.accept(done.value());
    } else if (answer instanceof Answer.NotLeader<T> other) {
      other
          .leaderClientUrl()
          .ifPresentOrElse(
              url -> elsewhere.answer(exchange, url),
              () -> exchange.plainError(REFUSED, "No cluster leader"));
    } else if (answer instanceof Answer.Refused<T> refused) {
      String why = refused.error().message() + ": " + refused.error().cause();
      if (!exchange.isGet()) {
        guard.asked(exchange, "", why);
      }
      exchange.plainError(REFUSED, why);
    }
  }
}
