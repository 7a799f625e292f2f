package dev.understudy.api.v1;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.understudy.clusterconfig.GoDuration;
import dev.understudy.locks.Behavior;
import dev.understudy.locks.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a client wants a session to be.
 *
 * @param node empty: the machine that was asked
 */
record SessionRequest(
    String name,
    String node,
    List<String> checks,
    long lockDelayMillis,
    String behavior,
    String ttl) {
  /** The one check that there is: that its machine is alive. */
  static final String MACHINE_CHECK = "serfHealth";

  private static final long USUAL_LOCK_DELAY_MILLIS = 15_000;
  private static final long LONGEST_LOCK_DELAY_MILLIS = 60_000;

  /** Numbers below are seconds, others nanoseconds. */
  private static final double LEAST_NANOS = 1_000;

  private static final double NANOS_PER_MILLI = 1_000_000;
  private static final long LONGEST_TTL_MILLIS = 86_400_000;

  /**
   * Reads a body; an empty one asks for nothing in particular.
   *
   * @throws BadRequestException when it cannot be decoded
   */
  static SessionRequest parse(String body) throws BadRequestException {
    if (body.isBlank()) {
      return new SessionRequest("", "", List.of(MACHINE_CHECK), USUAL_LOCK_DELAY_MILLIS, "", "");
    }
    try {
      JsonObject fields = lowerCase(JsonParser.parseString(body).getAsJsonObject());
      return new SessionRequest(
          text(fields, "name"),
          text(fields, "node"),
          checks(fields),
          lockDelayMillis(fields.get("lockdelay")),
          text(fields, "behavior"),
          text(fields, "ttl"));
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | NumberFormatException e) {
      throw new BadRequestException("Request decode failed: " + e.getMessage());
    }
  }

  /** Go takes names of fields in any case. */
  private static JsonObject lowerCase(JsonObject object) {
    JsonObject lower = new JsonObject();
    for (Map.Entry<String, JsonElement> field : object.entrySet()) {
      lower.add(field.getKey().toLowerCase(Locale.ROOT), field.getValue());
    }
    return lower;
  }

  private static boolean isAbsent(JsonElement field) {
    return field == null || field.isJsonNull();
  }

  private static String text(JsonObject fields, String name) throws BadRequestException {
    JsonElement field = fields.get(name);
    if (isAbsent(field)) {
      return "";
    }
    if (!field.isJsonPrimitive() || !field.getAsJsonPrimitive().isString()) {
      throw new BadRequestException("Request decode failed: " + name + " is no text");
    }
    return field.getAsString();
  }

  /** What is given replaces what would be; an empty list is no check at all. */
  private static List<String> checks(JsonObject fields) {
    for (String name : List.of("nodechecks", "checks")) {
      JsonElement field = fields.get(name);
      if (!isAbsent(field)) {
        JsonArray array = field.getAsJsonArray();
        List<String> checks = new ArrayList<>();
        array.forEach(check -> checks.add(check.getAsString()));
        return checks;
      }
    }
    return List.of(MACHINE_CHECK);
  }

  private static long lockDelayMillis(JsonElement field) throws BadRequestException {
    if (isAbsent(field)) {
      return USUAL_LOCK_DELAY_MILLIS;
    }
    JsonPrimitive primitive = field.getAsJsonPrimitive();
    if (primitive.isString()) {
      OptionalLong millis = GoDuration.parseMillis(primitive.getAsString());
      if (millis.isEmpty()) {
        throw new BadRequestException("Request decode failed: invalid duration of LockDelay");
      }
      return Math.min(LONGEST_LOCK_DELAY_MILLIS, millis.getAsLong());
    }
    double number = primitive.getAsDouble();
    double millis = number < LEAST_NANOS ? number * 1_000 : number / NANOS_PER_MILLI;
    return (long) Math.max(0, Math.min(LONGEST_LOCK_DELAY_MILLIS, millis));
  }

  /**
   * The session.
   *
   * @param id a new one
   * @param self the machine that was asked
   * @throws BadRequestException when such a session cannot be
   */
  Session toSession(String id, String self, long minTtlMillis) throws BadRequestException {
    for (String check : checks) {
      if (!check.equals(MACHINE_CHECK)) {
        throw new BadRequestException("Missing check '" + check + "' registration");
      }
    }
    Optional<Behavior> wanted = Behavior.of(behavior.isEmpty() ? "release" : behavior);
    if (wanted.isEmpty()) {
      throw new BadRequestException("Invalid Behavior setting '" + behavior + "'");
    }
    return new Session(
        id,
        name,
        node.isEmpty() ? self : node,
        checks,
        lockDelayMillis,
        wanted.get(),
        ttlMillis(minTtlMillis),
        0);
  }

  private long ttlMillis(long minMillis) throws BadRequestException {
    if (ttl.isEmpty()) {
      return 0;
    }
    OptionalLong millis = GoDuration.parseMillis(ttl);
    if (millis.isEmpty()) {
      throw new BadRequestException("Session TTL '" + ttl + "' invalid");
    }
    long value = millis.getAsLong();
    if (value != 0 && (value < minMillis || value > LONGEST_TTL_MILLIS)) {
      throw new BadRequestException(
          "Invalid Session TTL '"
              + ttl
              + "', must be between ["
              + GoDuration.ofMillis(minMillis)
              + "="
              + GoDuration.ofMillis(LONGEST_TTL_MILLIS)
              + "]");
    }
    return value;
  }
}
