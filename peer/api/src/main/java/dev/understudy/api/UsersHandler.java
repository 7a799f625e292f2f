package dev.understudy.api;

import dev.understudy.api.access.AccessBackend;
import dev.understudy.api.access.Guard;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.JsonBytes;
import dev.understudy.users.ChangeResult;
import dev.understudy.users.Role;
import dev.understudy.users.User;
import dev.understudy.users.UserChange;
import dev.understudy.users.UserLimits;
import dev.understudy.users.Users;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.util.BufferUtil;

/** {@code /v2/auth}: users, roles, and whether clients are asked who they are. */
final class UsersHandler {
  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");

  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;

  private static final String PASSWORD_TOO_LONG =
      "auth: A password may have at most " + UserLimits.MAX_PASSWORD_BYTES + " bytes.";

  private static final List<String> COLLECTION_METHODS = List.of("GET");
  private static final List<String> METHODS = List.of("GET", "PUT", "DELETE");

  private final ClientBackend backend;
  private final AccessBackend access;
  private final Guard guard;
  private final EtcdDialect dialect;

  UsersHandler(ClientBackend backend, AccessBackend access, Guard guard, EtcdDialect dialect) {
    this.backend = backend;
    this.access = access;
    this.guard = guard;
    this.dialect = dialect;
  }

  // ---- who is asked for what

  /** {@code /v2/auth/enable}; anybody may ask whether it is. */
  void enable(HttpExchange exchange) {
    switch (exchange.method()) {
      case "GET" ->
          exchange.await(
              backend.caughtUp(),
              ready -> answer(exchange, 200, UserJson.enabled(access.users().enabled())));
      case "PUT" -> asRoot(exchange, () -> change(exchange, new UserChange.Enable(true)));
      default -> asRoot(exchange, () -> change(exchange, new UserChange.Enable(false)));
    }
  }

  /** {@code /v2/auth/users} and what is below it. */
  void users(HttpExchange exchange) {
    named(
        exchange,
        () -> read(exchange, users -> answer(exchange, 200, UserJson.users(users))),
        name -> user(exchange, name));
  }

  /** {@code /v2/auth/roles} and what is below it. */
  void roles(HttpExchange exchange) {
    named(
        exchange,
        () -> read(exchange, users -> answer(exchange, 200, UserJson.roles(users))),
        name -> role(exchange, name));
  }

  private void named(HttpExchange exchange, Runnable all, Consumer<String> one) {
    String rest = exchange.wildcard();
    String name = rest.replaceFirst("^/", "").replaceFirst("/$", "");
    if (name.contains("/")) {
      message(exchange, BAD_REQUEST, "Invalid path");
      return;
    }
    List<String> methods = name.isEmpty() ? COLLECTION_METHODS : METHODS;
    if (!methods.contains(exchange.method())) {
      dialect.methodNotAllowed(exchange, methods);
    } else {
      asRoot(exchange, name.isEmpty() ? all : () -> one.accept(name));
    }
  }

  private void asRoot(HttpExchange exchange, Runnable next) {
    if (guard.permitsRoot(exchange)) {
      next.run();
      return;
    }
    String why = guard.refused(exchange);
    message(exchange, exchange.principal().refusalStatus(UNAUTHORIZED), why);
  }

  /** As of a moment after the request, on every peer. */
  private void read(HttpExchange exchange, Consumer<Users> next) {
    exchange.await(backend.linearizable(), ready -> next.accept(access.users()));
  }

  // ---- users

  private void user(HttpExchange exchange, String name) {
    switch (exchange.method()) {
      case "GET" -> read(exchange, users -> showUser(exchange, users, name));
      case "DELETE" -> change(exchange, new UserChange.DeleteUser(name));
      default -> exchange.textBody(body -> putUser(exchange, name, body));
    }
  }

  private void showUser(HttpExchange exchange, Users users, String name) {
    Optional<User> user = users.user(name);
    if (user.isEmpty()) {
      message(exchange, NOT_FOUND, "auth: User " + name + " does not exist.");
      return;
    }
    List<Role> roles = new ArrayList<>();
    for (String role : user.get().roles().names()) {
      Optional<Role> found = users.role(role);
      if (found.isEmpty()) {
        message(exchange, NOT_FOUND, "auth: Role " + role + " does not exist.");
        return;
      }
      roles.add(found.get());
    }
    answer(exchange, 200, UserJson.user(user.get(), roles));
  }

  private void putUser(HttpExchange exchange, String name, String body) {
    UserRequest.OfUser asked;
    try {
      asked = UserRequest.user(body);
    } catch (UserRequest.MalformedException e) {
      message(exchange, BAD_REQUEST, e.getMessage());
      return;
    }
    boolean updates = !asked.grant().isEmpty() || !asked.revoke().isEmpty();
    if (!asked.name().equals(name)) {
      message(exchange, BAD_REQUEST, "User JSON name does not match the name in the URL");
    } else if (updates && !asked.roles().isEmpty()) {
      message(exchange, BAD_REQUEST, "User JSON contains both roles and grant/revoke");
    } else if (bytes(asked.password()).length > UserLimits.MAX_PASSWORD_BYTES) {
      message(exchange, BAD_REQUEST, PASSWORD_TOO_LONG);
    } else {
      exchange.await(
          hash(exchange, asked.password()),
          hash -> {
            if (hash.isPresent()) {
              change(exchange, change(asked, updates, hash.get()));
            } else {
              exchange.notNow("too many passwords are being worked out");
            }
          });
    }
  }

  private static UserChange change(UserRequest.OfUser asked, boolean updates, String hash) {
    if (updates) {
      return new UserChange.UpdateUser(asked.name(), hash, asked.grant(), asked.revoke());
    }
    User user = new User(asked.name(), hash, asked.roles());
    return asked.roles().isEmpty() ? new UserChange.PutUser(user) : new UserChange.CreateUser(user);
  }

  private static byte[] bytes(String password) {
    return password.getBytes(StandardCharsets.UTF_8);
  }

  /** Empty when there is too much to do. */
  private CompletableFuture<Optional<String>> hash(HttpExchange exchange, String password) {
    if (password.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.of(""));
    }
    return guard
        .hash(exchange, bytes(password))
        .thenApply(Optional::of)
        .exceptionally(UsersHandler::whenBusy);
  }

  private static Optional<String> whenBusy(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (cause instanceof RejectedExecutionException) {
      return Optional.empty();
    }
    throw new IllegalStateException("a password could not be hashed", cause);
  }

  // ---- roles

  private void role(HttpExchange exchange, String name) {
    switch (exchange.method()) {
      case "GET" ->
          read(
              exchange,
              users ->
                  users
                      .role(name)
                      .ifPresentOrElse(
                          role -> answer(exchange, 200, UserJson.role(role)),
                          () ->
                              message(
                                  exchange, NOT_FOUND, "auth: Role " + name + " does not exist.")));
      case "DELETE" -> change(exchange, new UserChange.DeleteRole(name));
      default -> exchange.textBody(body -> putRole(exchange, name, body));
    }
  }

  private void putRole(HttpExchange exchange, String name, String body) {
    UserRequest.OfRole asked;
    try {
      asked = UserRequest.role(body);
    } catch (UserRequest.MalformedException e) {
      message(exchange, BAD_REQUEST, e.getMessage());
      return;
    }
    if (!asked.name().equals(name)) {
      message(exchange, BAD_REQUEST, "Role JSON name does not match the name in the URL");
    } else if (asked.creates()) {
      change(exchange, new UserChange.CreateRole(new Role(name, asked.permissions())));
    } else if (!asked.permissions().isEmpty()) {
      message(exchange, BAD_REQUEST, "Role JSON contains both permissions and grant/revoke");
    } else {
      change(exchange, new UserChange.UpdateRole(name, asked.grant(), asked.revoke()));
    }
  }

  // ---- changes and answers

  private void change(HttpExchange exchange, UserChange change) {
    exchange.await(
        access.change(change),
        result -> {
          if (result instanceof ChangeResult.Refused refused) {
            guard.changed(exchange, change.text(), refused.message());
            message(exchange, refused.httpStatus(), refused.message());
          } else {
            guard.changed(exchange, change.text(), "done");
            answer(exchange, (ChangeResult.Done) result);
          }
        });
  }

  private void answer(HttpExchange exchange, ChangeResult.Done done) {
    int status = done.created() ? 201 : 200;
    if (done.user().isPresent()) {
      answer(exchange, status, UserJson.user(done.user().get()));
    } else if (done.role().isPresent()) {
      answer(exchange, status, UserJson.role(done.role().get()));
    } else {
      exchange.addHeader(JSON);
      exchange.send(status, BufferUtil.EMPTY_BUFFER);
    }
  }

  private void answer(HttpExchange exchange, int status, JsonBytes body) {
    dialect.clusterJson(exchange, status, body);
  }

  private void message(HttpExchange exchange, int status, String message) {
    exchange.addRetryAfter(status);
    dialect.clusterJson(exchange, status, EtcdDialect.message(message));
  }
}
