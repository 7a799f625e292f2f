package dev.understudy.api.dashboard;

import dev.understudy.api.ClientBackend;
import dev.understudy.api.OperatorBackend;
import dev.understudy.api.OperatorBackend.Answer;
import dev.understudy.api.access.Guard;
import dev.understudy.api.http.Elsewhere;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.Principal;
import dev.understudy.api.http.Principal.Standing;
import dev.understudy.api.http.Route;
import dev.understudy.api.v1.LockBackend;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.locks.Entry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the page asks of a peer. It is for the page alone and changes with it; nothing else should
 * rely on its form. Never blocks.
 *
 * <p>Unlike elsewhere, who has not logged in gets 401 and who has, but may not, 403: the page has
 * to know whether to ask for a password.
 */
public final class DashboardData {
  private static final Logger LOG = LoggerFactory.getLogger(DashboardData.class);

  /** What it takes to see sessions, as under {@code /v1/session}. */
  private static final String SESSIONS = "/_session";

  private final ClientBackend backend;
  private final OperatorBackend operator;
  private final LockBackend locks;
  private final Elsewhere elsewhere;
  private final Guard guard;
  private final String version;

  /**
   * @param elsewhere answers what only the leader knows
   * @param guard says who may ask
   * @param version of this program
   */
  public DashboardData(
      ClientBackend backend,
      OperatorBackend operator,
      LockBackend locks,
      Elsewhere elsewhere,
      Guard guard,
      String version) {
    this.backend = backend;
    this.operator = operator;
    this.locks = locks;
    this.elsewhere = elsewhere;
    this.guard = guard;
    this.version = version;
  }

  /** What it answers. */
  public List<Route> routes() {
    return List.of(
        Route.at(DashboardPage.DATA + "/machine").on(this::machine, "GET"),
        Route.at(DashboardPage.DATA + "/overview").on(operators(this::overview), "GET"),
        Route.at(DashboardPage.DATA + "/config").on(operators(this::putConfig), "PUT"),
        Route.at(DashboardPage.DATA + "/locks").on(sessionReaders(this::locks), "GET"));
  }

  private Route.Action operators(Route.Action action) {
    return guarded(guard::permitsOperator, action);
  }

  private Route.Action sessionReaders(Route.Action action) {
    return guarded(exchange -> guard.permitsKey(exchange, SESSIONS, false, false), action);
  }

  private Route.Action guarded(Predicate<HttpExchange> permits, Route.Action action) {
    return exchange -> {
      if (permits.test(exchange)) {
        action.handle(exchange);
      } else {
        String why = guard.refused(exchange);
        exchange.error(
            ApiError.of(ErrorCode.UNAUTHORIZED, why).withHttpStatus(refusal(exchange.principal())));
      }
    };
  }

  private static int refusal(Principal principal) {
    boolean isKnown =
        principal.standing() == Standing.USER || principal.standing() == Standing.CERTIFIED;
    return principal.refusalStatus(isKnown ? 403 : 401);
  }

  private void machine(HttpExchange exchange) {
    exchange.jsonLine(200, DashboardPage.machineJson(locks.node(), "peer", version));
  }

  private void overview(HttpExchange exchange) {
    answer(
        exchange,
        "",
        operator.outlook(),
        outlook ->
            exchange.jsonLine(
                200,
                DashboardJson.overview(
                    outlook,
                    operator.config(),
                    backend.raftTerm(),
                    backend.statistics().leaderSinceMillis(),
                    operator.wallMillis())));
  }

  private void putConfig(HttpExchange exchange) {
    exchange.textBody(
        body ->
            exchange.await(
                operator.setConfig(body),
                set ->
                    answer(
                        exchange,
                        body,
                        set,
                        config -> {
                          guard.asked(exchange, body.strip(), "done");
                          LOG.info(
                              "cluster config set to {} by {}",
                              config.toJson(),
                              exchange.remoteAddress());
                          exchange.jsonLine(200, config.toJson());
                        })));
  }

  /** Keys of entries are told to whoever may read them. */
  private void locks(HttpExchange exchange) {
    Predicate<Entry> readable =
        entry -> guard.permitsKey(exchange, '/' + entry.key(), false, false);
    exchange.jsonLine(200, DashboardJson.locks(locks.current(), readable));
  }

  private <T> void answer(
      HttpExchange exchange, String body, Answer<T> answer, Consumer<T> onDone) {
    if (answer instanceof Answer.Done<T> done) {
      onDone.accept(done.value());
    } else if (answer instanceof Answer.NotLeader<T> other) {
      other
          .leaderClientUrl()
          .ifPresentOrElse(
              url -> elsewhere.answer(exchange, body.getBytes(StandardCharsets.UTF_8), url),
              () -> exchange.notNow("no leader is known"));
    } else if (answer instanceof Answer.Refused<T> refused) {
      if (!exchange.isGet()) {
        guard.asked(exchange, body.strip(), refused.error().message());
      }
      exchange.error(refused.error());
    }
  }
}
