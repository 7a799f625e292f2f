package dev.understudy.api.v1;

import dev.understudy.api.ClientBackend;
import dev.understudy.api.ClientLimits;
import dev.understudy.api.ClientMemory;
import dev.understudy.api.access.Guard;
import dev.understudy.api.http.Elsewhere;
import dev.understudy.api.http.Route;
import java.util.List;

/** What {@code /v1} answers about sessions, locks and machines. Never blocks. */
public final class LocksApi {
  private final SessionsHandler sessions;
  private final EntriesHandler entries;
  private final TxnHandler transactions;
  private final MachinesHandler machines;
  private final Rights rights;

  /**
   * @param guard asks whether a request may do what it asks for
   * @param memory what clients take
   * @param version of this program
   * @param elsewhere answers what only the leader knows
   */
  public LocksApi(
      ClientBackend backend,
      LockBackend locks,
      Guard guard,
      ClientLimits limits,
      ClientMemory memory,
      String version,
      Elsewhere elsewhere) {
    Answers answers = new Answers(backend);
    rights = new Rights(guard);
    Reads reads = new Reads(backend, locks, answers, memory.watches(), limits.maxFormFields());
    sessions =
        new SessionsHandler(
            backend,
            locks,
            answers,
            reads,
            memory.answers(),
            limits.minSessionTtlMillis(),
            elsewhere);
    entries =
        new EntriesHandler(locks, answers, rights, reads, memory.answers(), limits.maxKeyBytes());
    transactions = new TxnHandler(locks, answers, rights, memory.answers(), limits.maxKeyBytes());
    machines = new MachinesHandler(backend, locks, answers, reads, version);
  }

  /** Its routes. */
  public List<Route> routes() {
    return List.of(
        Route.at("/v1/session/create").on(rights.writingSessions(sessions::create), "PUT"),
        Route.at("/v1/session/destroy/**").on(rights.writingSessions(sessions::destroy), "PUT"),
        Route.at("/v1/session/renew/**").on(rights.writingSessions(sessions::renew), "PUT"),
        Route.at("/v1/session/info/**").on(rights.readingSessions(sessions::info), "GET"),
        Route.at("/v1/session/node/**").on(rights.readingSessions(sessions::ofNode), "GET"),
        Route.at("/v1/session/list").on(rights.readingSessions(sessions::list), "GET"),
        Route.at("/v1/kv/**")
            .on(entries::read, "GET")
            .on(entries::write, "PUT")
            .on(entries::delete, "DELETE"),
        Route.at("/v1/txn").on(transactions::apply, "PUT"),
        Route.at("/v1/status/leader").on(machines::leader, "GET"),
        Route.at("/v1/status/peers").on(machines::peers, "GET"),
        Route.at("/v1/agent/self").on(machines::self, "GET"),
        Route.at("/v1/catalog/nodes").on(machines::nodes, "GET"),
        Route.at("/v1/health/node/**").on(machines::health, "GET"),
        Route.at("/v1/agent/service/**").onAny(machines::noServices),
        Route.at("/v1/agent/check/**").onAny(machines::noServices),
        Route.at("/v1/agent/services").onAny(machines::noServices),
        Route.at("/v1/catalog/register").onAny(machines::noServices),
        Route.at("/v1/catalog/service/**").onAny(machines::noServices),
        Route.at("/v1/catalog/services").onAny(machines::noServices),
        Route.at("/v1/health/service/**").onAny(machines::noServices));
  }
}
