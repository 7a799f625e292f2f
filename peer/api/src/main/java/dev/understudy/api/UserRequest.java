package dev.understudy.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import dev.understudy.users.NameList;
import dev.understudy.users.PathPermissions;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bodies of requests about users and roles, as Go's decoder reads them: names of fields in any
 * case, {@code null} for what is not said, nothing read behind the first value.
 */
final class UserRequest {
  /** The body is none. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException() {
      super("Invalid JSON in request body.", null, false, false);
    }
  }

  /** A user as it is asked for. */
  record OfUser(
      String name, String password, NameList roles, List<String> grant, List<String> revoke) {}

  /** A role as it is asked for. */
  record OfRole(
      String name,
      PathPermissions permissions,
      Optional<PathPermissions> grant,
      Optional<PathPermissions> revoke) {
    /** Whether it asks for a new one, rather than for other permissions. */
    boolean creates() {
      return grant.orElse(PathPermissions.NONE).isEmpty()
          && revoke.orElse(PathPermissions.NONE).isEmpty();
    }
  }

  private UserRequest() {}

  static OfUser user(String body) throws MalformedException {
    JsonObject fields = object(parse(body));
    return new OfUser(
        text(fields, "user"),
        text(fields, "password"),
        names(fields, "roles"),
        names(fields, "grant").names(),
        names(fields, "revoke").names());
  }

  static OfRole role(String body) throws MalformedException {
    JsonObject fields = object(parse(body));
    return new OfRole(
        text(fields, "role"),
        permissions(fields, "permissions").orElse(PathPermissions.NONE),
        permissions(fields, "grant"),
        permissions(fields, "revoke"));
  }

  private static Optional<PathPermissions> permissions(JsonObject fields, String name)
      throws MalformedException {
    JsonElement given = field(fields, name);
    if (given.isJsonNull()) {
      return Optional.empty();
    }
    JsonObject keys = object(field(object(given), "kv"));
    return Optional.of(new PathPermissions(names(keys, "read"), names(keys, "write")));
  }

  private static JsonElement parse(String body) throws MalformedException {
    JsonReader reader = new JsonReader(new StringReader(body));
    reader.setStrictness(Strictness.STRICT);
    try {
      JsonElement parsed = JsonParser.parseReader(reader);
      if (body.isBlank()) {
        throw new MalformedException();
      }
      return parsed;
    } catch (JsonParseException | StackOverflowError e) {
      throw new MalformedException();
    }
  }

  private static JsonObject object(JsonElement element) throws MalformedException {
    if (element.isJsonNull()) {
      return new JsonObject();
    }
    if (element instanceof JsonObject object) {
      return object;
    }
    throw new MalformedException();
  }

  private static JsonElement field(JsonObject fields, String name) {
    JsonElement found = JsonNull.INSTANCE;
    for (String key : fields.keySet()) {
      if (key.equalsIgnoreCase(name)) {
        found = fields.get(key);
      }
    }
    return found;
  }

  private static String text(JsonObject fields, String name) throws MalformedException {
    return text(field(fields, name));
  }

  private static String text(JsonElement element) throws MalformedException {
    if (element.isJsonNull()) {
      return "";
    }
    if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isString()) {
      return element.getAsString();
    }
    throw new MalformedException();
  }

  private static NameList names(JsonObject fields, String name) throws MalformedException {
    JsonElement given = field(fields, name);
    if (given.isJsonNull()) {
      return NameList.ABSENT;
    }
    if (!(given instanceof JsonArray array)) {
      throw new MalformedException();
    }
    List<String> names = new ArrayList<>();
    for (JsonElement element : array) {
      names.add(text(element));
    }
    return NameList.of(names);
  }
}
