package dev.understudy.clusterconfig;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.OptionalLong;

/**
 * How a leader looks after seats, in the words of Consul's autopilot. What the {@link
 * ClusterConfig} says is not said here again: how many seats there are, and after which silence a
 * peer loses its own.
 *
 * @param cleanupDeadServers whether the seats of silent peers are taken, or given to standbys
 * @param lastContactThresholdMillis a peer that was silent for longer is not healthy
 * @param maxTrailingLogs a peer that is further behind is not healthy
 * @param serverStabilizationMillis how long a standby must be healthy before it is given a seat;
 *     empty: the lesser of ten seconds and the remove delay
 * @param minQuorum how many voters are left at least when a dead one is removed; 0: more than half
 *     of the seats
 * @param disableUpgradeMigration whether machines of a newer version are not preferred
 */
public record AutopilotConfig(
    boolean cleanupDeadServers,
    long lastContactThresholdMillis,
    long maxTrailingLogs,
    OptionalLong serverStabilizationMillis,
    int minQuorum,
    boolean disableUpgradeMigration) {
  /** Consul's. */
  public static final AutopilotConfig DEFAULT =
      new AutopilotConfig(true, 200, 250, OptionalLong.empty(), 0, false);

  /** Where it stands in the key space. */
  public static final String KEY = ClusterRecords.ROOT + "/autopilot";

  private static final long DEFAULT_STABILIZATION_MILLIS = 10_000;

  private static final List<String> FIELDS =
      List.of(
          "CleanupDeadServers",
          "LastContactThreshold",
          "MaxTrailingLogs",
          "ServerStabilizationTime",
          "MinQuorum",
          "DisableUpgradeMigration");

  /** What others call zones and versions of machines by; here machines state both themselves. */
  private static final List<String> TAGS = List.of("RedundancyZoneTag", "UpgradeVersionTag");

  /** Only in answers; a client may send back what it has read. */
  private static final List<String> INDEXES = List.of("CreateIndex", "ModifyIndex");

  public AutopilotConfig {
    if (lastContactThresholdMillis < 1
        || maxTrailingLogs < 0
        || serverStabilizationMillis.orElse(0) < 0
        || minQuorum < 0
        || minQuorum > ClusterConfig.MAX_ACTIVE_SIZE) {
      throw new IllegalArgumentException("autopilot config out of range");
    }
  }

  /**
   * How long a standby must be healthy before it is given a seat. Where nobody has said it, that is
   * never longer than the silence after which a peer counts as dead: who replaces peers after two
   * seconds does not wait ten for their successor.
   */
  public long stabilizationMillis(ClusterConfig config) {
    return serverStabilizationMillis.orElse(
        Math.min(DEFAULT_STABILIZATION_MILLIS, config.removeDelayMillis()));
  }

  /**
   * Reads the body of a request: the whole object, in which a field that is missing has its
   * default.
   *
   * @throws ApiException when it is no JSON object, or has an unknown field or one of another kind
   *     or out of range; the error names it
   */
  public static AutopilotConfig fromRequest(String json) throws ApiException {
    try {
      return read(Json.requested(json));
    } catch (Json.Unreadable e) {
      throw new ApiException(ErrorCode.INVALID_FORM, "autopilot config: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new ApiException(
          ErrorCode.INVALID_FIELD,
          "autopilot config: LastContactThreshold is longer than 0, and MinQuorum within 0 to "
              + ClusterConfig.MAX_ACTIVE_SIZE);
    }
  }

  /**
   * Reads what is stored. Never fails: every peer must read the same from it, and a newer release
   * may have written more.
   */
  public static AutopilotConfig fromStored(String json) {
    try {
      JsonObject object = Json.object(json);
      object.keySet().removeIf(field -> !FIELDS.contains(field));
      return read(object);
    } catch (Json.Unreadable | IllegalArgumentException e) {
      return DEFAULT;
    }
  }

  /** What is stored: a stabilization time only where somebody has said one. */
  public String toStored() {
    JsonObject object = new JsonObject();
    object.addProperty("CleanupDeadServers", cleanupDeadServers);
    object.addProperty("LastContactThreshold", GoDuration.ofMillis(lastContactThresholdMillis));
    object.addProperty("MaxTrailingLogs", maxTrailingLogs);
    object.addProperty("MinQuorum", minQuorum);
    serverStabilizationMillis.ifPresent(
        millis -> object.addProperty("ServerStabilizationTime", GoDuration.ofMillis(millis)));
    object.addProperty("DisableUpgradeMigration", disableUpgradeMigration);
    return Json.write(object);
  }

  private static AutopilotConfig read(JsonObject object) throws Json.Unreadable {
    for (String field : object.keySet()) {
      if (TAGS.contains(field)) {
        requireEmpty(object, field);
      } else if (!FIELDS.contains(field) && !INDEXES.contains(field)) {
        throw new Json.Unreadable(
            "unknown field \"" + field + "\"; the fields are " + String.join(", ", FIELDS));
      }
    }
    return new AutopilotConfig(
        Json.flag(object, "CleanupDeadServers").orElse(DEFAULT.cleanupDeadServers()),
        duration(object, "LastContactThreshold").orElse(DEFAULT.lastContactThresholdMillis()),
        object.has("MaxTrailingLogs")
            ? Math.max(0, Json.number(object, "MaxTrailingLogs"))
            : DEFAULT.maxTrailingLogs(),
        duration(object, "ServerStabilizationTime"),
        object.has("MinQuorum") ? Json.integer(object, "MinQuorum") : DEFAULT.minQuorum(),
        Json.flag(object, "DisableUpgradeMigration").orElse(false));
  }

  private static void requireEmpty(JsonObject object, String field) throws Json.Unreadable {
    if (!Json.optionalString(object, field).orElse("").isEmpty()) {
      throw new Json.Unreadable(
          "field \"" + field + "\" is not used: a machine's zone is its --zone");
    }
  }

  private static OptionalLong duration(JsonObject object, String field) throws Json.Unreadable {
    JsonElement value = object.get(field);
    if (value == null) {
      return OptionalLong.empty();
    }
    OptionalLong millis =
        value instanceof JsonPrimitive text && text.isString()
            ? GoDuration.parseMillis(text.getAsString())
            : OptionalLong.empty();
    if (millis.isEmpty()) {
      throw new Json.Unreadable("field \"" + field + "\" is no duration in quotes like \"10s\"");
    }
    return millis;
  }

  /**
   * As Consul writes it.
   *
   * @param config what the stabilization time follows from where nobody has said it
   * @param createIndex of the entry that wrote the first configuration; 0 before
   * @param modifyIndex of the entry that wrote this one; 0 while it is the default
   */
  public String toJson(ClusterConfig config, long createIndex, long modifyIndex) {
    JsonObject object = new JsonObject();
    object.addProperty("CleanupDeadServers", cleanupDeadServers);
    object.addProperty("LastContactThreshold", GoDuration.ofMillis(lastContactThresholdMillis));
    object.addProperty("MaxTrailingLogs", maxTrailingLogs);
    object.addProperty("MinQuorum", minQuorum);
    object.addProperty("ServerStabilizationTime", GoDuration.ofMillis(stabilizationMillis(config)));
    object.addProperty("RedundancyZoneTag", "");
    object.addProperty("DisableUpgradeMigration", disableUpgradeMigration);
    object.addProperty("UpgradeVersionTag", "");
    object.addProperty("CreateIndex", createIndex);
    object.addProperty("ModifyIndex", modifyIndex);
    return Json.write(object);
  }
}
