package dev.understudy.api.access;

import dev.understudy.api.http.Authenticator;
import dev.understudy.api.http.ClientCertificates;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.Principal;
import dev.understudy.api.http.proxy.LeaderProxy;
import dev.understudy.users.ChangeResult;
import dev.understudy.users.Role;
import dev.understudy.users.User;
import dev.understudy.users.UserChange;
import dev.understudy.users.Users;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who sends a request, and says whether they may do what it asks for. While auth is off
 * everybody may do everything. Any thread; never blocks.
 */
public final class Guard implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

  private static final CompletableFuture<Principal> ANYONE =
      CompletableFuture.completedFuture(Principal.ANYONE);
  private static final CompletableFuture<Principal> GUEST =
      CompletableFuture.completedFuture(Principal.GUEST);

  /**
   * What an operator decides about logins.
   *
   * @param maxFailures how many passwords of one address may be wrong within a minute
   * @param certificateNames whether the common name of a client's certificate is its user
   */
  public record Options(int maxFailures, boolean certificateNames) {
    /** A person may mistype, a program that guesses gets nowhere. */
    public static final Options DEFAULT = new Options(30, false);

    public Options {
      if (maxFailures < 1) {
        throw new IllegalArgumentException("at least one failed login a minute must be allowed");
      }
    }
  }

  private static final CompletableFuture<Void> KNOWN = CompletableFuture.completedFuture(null);

  private static final String USERS = "/v2/auth";

  /** What is not for everybody; the rest tells of this peer, which may be catching up. */
  private static final List<String> GUARDED =
      List.of(
          "/v2/keys",
          USERS,
          "/v2/admin",
          "/v1/kv",
          "/v1/txn",
          "/v1/session",
          "/v1/operator",
          "/dashboard/data");

  private final AccessBackend backend;
  private final Options options;
  private final Passwords passwords;
  private final LoginAttempts attempts;
  private final AuditLog audit;

  /** Whether this peer has applied, since it started, all that was committed at some time. */
  private volatile boolean settled;

  private CompletableFuture<Void> settling;

  /**
   * @param hashing works out hashes of passwords; one thread will do
   * @param clockMillis monotonic
   */
  public Guard(
      AccessBackend backend,
      Options options,
      Executor hashing,
      LongSupplier clockMillis,
      AuditLog audit) {
    this.backend = backend;
    this.options = options;
    this.passwords = new Passwords(hashing);
    this.attempts = new LoginAttempts(options.maxFailures(), clockMillis);
    this.audit = audit;
  }

  /** A guard where there are no users: everybody may do everything. */
  public static Guard ofNobody() {
    AccessBackend nobody =
        new AccessBackend() {
          @Override
          public Users users() {
            return Users.NONE;
          }

          @Override
          public CompletableFuture<Void> caughtUp() {
            return CompletableFuture.completedFuture(null);
          }

          @Override
          public CompletableFuture<Void> upToDate() {
            return CompletableFuture.completedFuture(null);
          }

          @Override
          public CompletableFuture<ChangeResult> change(UserChange change) {
            return CompletableFuture.failedFuture(new UnsupportedOperationException());
          }
        };
    return new Guard(nobody, Options.DEFAULT, Runnable::run, () -> 0, AuditLog.NONE);
  }

  // ---- who

  /**
   * Says who somebody is once it is known who is asked: a peer that has just started may not have
   * read yet that there are users at all, or that one of them has lost a right.
   */
  @Override
  public CompletableFuture<Principal> identify(HttpExchange exchange) {
    CompletableFuture<Void> known = usersAreKnown(exchange);
    return known == KNOWN ? judge(exchange) : known.thenCompose(now -> judge(exchange));
  }

  private CompletableFuture<Void> usersAreKnown(HttpExchange exchange) {
    String path = exchange.path();
    boolean reads = exchange.isGet() || exchange.method().equals("HEAD");
    if (path != null && path.startsWith(USERS) && !reads) {
      return backend.upToDate(); // or whoever has just lost the right to could give it to another
    }
    if (settled) {
      return KNOWN;
    }
    CompletableFuture<Void> settling = settle();
    if (path == null || GUARDED.stream().noneMatch(path::startsWith)) {
      return KNOWN;
    }
    return reads ? backend.caughtUp() : settling;
  }

  /** What was committed when somebody asked for the first time is applied; begun once. */
  private synchronized CompletableFuture<Void> settle() {
    if (settling == null || settling.isCompletedExceptionally()) {
      settling = backend.upToDate().thenRun(() -> settled = true);
    }
    return settling;
  }

  private CompletableFuture<Principal> judge(HttpExchange exchange) {
    Users users = backend.users();
    if (!users.enabled()) {
      return ANYONE;
    }
    Optional<Credentials> said = Credentials.of(exchange);
    return said.isPresent() ? identify(said.get(), users, exchange) : named(exchange, users);
  }

  private CompletableFuture<Principal> named(HttpExchange exchange, Users users) {
    if (options.certificateNames() && !LeaderProxy.isRelayed(exchange)) {
      Optional<String> name = ClientCertificates.commonName(exchange);
      if (name.flatMap(users::user).isPresent()) {
        return CompletableFuture.completedFuture(Principal.certified(name.get()));
      }
    }
    return GUEST;
  }

  private CompletableFuture<Principal> identify(
      Credentials said, Users users, HttpExchange exchange) {
    String name = said.user();
    String hash = users.user(name).map(User::passwordHash).orElse("");
    if (!hash.isEmpty() && passwords.isKnown(name, hash, said.password())) {
      return CompletableFuture.completedFuture(Principal.user(name));
    }
    if (said.isMalformed()) {
      return CompletableFuture.completedFuture(Principal.refused(""));
    }
    return prove(name, hash, said.password(), exchange.addressBlock());
  }

  /** What many connections of one client say at once is worked out once, and has one place. */
  private CompletableFuture<Principal> prove(
      String name, String hash, byte[] password, String address) {
    Optional<CompletableFuture<Boolean>> underWay = passwords.underWay(name, hash, password);
    if (underWay.isPresent()) {
      return underWay
          .get()
          .handle(
              (right, failure) -> {
                if (failure == null && !right) {
                  attempts.wrong(address);
                }
                return judged(name, right, failure);
              });
    }
    return switch (attempts.begin(address)) {
      case LIMITED -> CompletableFuture.completedFuture(Principal.limited(name));
      case BUSY -> CompletableFuture.completedFuture(Principal.busy(name));
      case ADMITTED ->
          passwords
              .check(name, hash, password)
              .handle(
                  (right, failure) -> {
                    attempts.end(address, failure == null && !right);
                    return judged(name, right, failure);
                  });
    };
  }

  private static Principal judged(String name, Boolean right, Throwable failure) {
    if (failure != null) {
      LOG.debug("a password was not tried: {}", failure.getMessage());
      return Principal.busy(name);
    }
    return right ? Principal.user(name) : Principal.refused(name);
  }

  // ---- may they

  /** Whether a request may read or write a path of the keys. */
  public boolean permitsKey(HttpExchange exchange, String path, boolean writes, boolean recursive) {
    Principal who = exchange.principal();
    Users users = backend.users();
    return switch (who.standing()) {
      case ANYONE -> !users.enabled() || users.permitGuest(path, writes, recursive);
      case GUEST -> users.permitGuest(path, writes, recursive);
      case USER, CERTIFIED -> users.permit(who.name(), path, writes, recursive);
      case REFUSED, LIMITED, BUSY -> false;
    };
  }

  /** Whether a request may change users and roles. */
  public boolean permitsRoot(HttpExchange exchange) {
    return has(exchange, Role.ROOT);
  }

  /** Whether a request may look after the cluster. */
  public boolean permitsOperator(HttpExchange exchange) {
    return has(exchange, Role.ROOT) || has(exchange, Role.OPERATOR);
  }

  private boolean has(HttpExchange exchange, String role) {
    Principal who = exchange.principal();
    return switch (who.standing()) {
      case ANYONE -> !backend.users().enabled();
      case USER, CERTIFIED -> backend.users().has(who.name(), role);
      case GUEST, REFUSED, LIMITED, BUSY -> false;
    };
  }

  // ---- what is taken down

  /**
   * Takes down that a request was refused.
   *
   * @return why, for its answer
   */
  public String refused(HttpExchange exchange) {
    String why =
        switch (exchange.principal().standing()) {
          case LIMITED -> "Too many failed logins, try again in a minute";
          case BUSY -> "Too many passwords are being tried, try again";
          default -> "Insufficient credentials";
        };
    audit.record(AuditLog.Event.of(exchange, exchange.method() + " " + exchange.path(), why));
    return why;
  }

  /**
   * Takes down a request that may have changed something, and what became of it.
   *
   * @param detail of what it was to change, which holds no secret
   */
  public void asked(HttpExchange exchange, String detail, String result) {
    String query = Credentials.withoutToken(exchange.query());
    String what =
        exchange.method()
            + " "
            + exchange.path()
            + (query.isEmpty() ? "" : "?" + query)
            + (detail.isEmpty() ? "" : " " + detail);
    audit.record(AuditLog.Event.of(exchange, what, result));
  }

  /** Takes down a change, and what became of it. */
  public void changed(HttpExchange exchange, String what, String result) {
    audit.record(AuditLog.Event.of(exchange, what, result));
  }

  /** A hash for a new password; fails with {@code RejectedExecutionException} under load. */
  public CompletableFuture<String> hash(HttpExchange exchange, byte[] password) {
    String address = exchange.addressBlock();
    if (attempts.begin(address) != LoginAttempts.Verdict.ADMITTED) {
      return CompletableFuture.failedFuture(
          new RejectedExecutionException("too many passwords of this address wait"));
    }
    return passwords.hash(password).whenComplete((hash, failure) -> attempts.end(address, false));
  }
}
