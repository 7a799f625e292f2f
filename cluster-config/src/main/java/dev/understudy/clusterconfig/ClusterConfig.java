package dev.understudy.clusterconfig;

import com.google.gson.JsonObject;
import java.util.List;

/**
 * What the machines of a cluster agree on about seats. Lives as JSON in the key space at {@link
 * #KEY}, written by one command when the cluster is created and changed only through the log.
 *
 * <p>A change that is out of range, or names no field, is refused ({@link #checked}). Of what is
 * stored already, values below their minimum are raised to it, as in etcd 0.4.
 *
 * @param activeSize how many seats there are; at least 3, since fewer voters survive nothing
 * @param removeDelaySeconds how long a peer may be silent before it loses its seat; at least 2
 * @param syncIntervalSeconds how often a standby syncs with the cluster; at least 1
 */
public record ClusterConfig(int activeSize, double removeDelaySeconds, double syncIntervalSeconds) {
  /** The key of the config in the key space. */
  public static final String KEY = ClusterRecords.ROOT + "/config";

  /** The fields, in the order in which they are written. */
  public static final List<String> FIELDS = List.of("activeSize", "removeDelay", "syncInterval");

  /** Below three seats, the loss of one stops the cluster. */
  public static final int MIN_ACTIVE_SIZE = 3;

  /** The most that can be requested: more voters make writes slower and no data safer. */
  public static final int MAX_ACTIVE_SIZE = 99;

  /** Below this, an ordinary election or pause would cost seats. */
  public static final double MIN_REMOVE_DELAY_SECONDS = 2;

  /** Below this, many standbys would be a load on the peers. */
  public static final double MIN_SYNC_INTERVAL_SECONDS = 1;

  /** Ten years; what is longer is a slip, and would overflow sums of milliseconds one day. */
  public static final double MAX_SECONDS = 315_360_000;

  /**
   * etcd 0.4's values. Nine seats survive the loss of four machines and still commit fast; half an
   * hour is longer than a reboot, so that one costs no seat.
   */
  public static final ClusterConfig DEFAULT = new ClusterConfig(9, 1800, 5);

  /**
   * Raises what is below its minimum.
   *
   * @throws IllegalArgumentException when a duration is not a number or longer than {@link
   *     #MAX_SECONDS}
   */
  public ClusterConfig {
    // No upper bound here: earlier releases let more into their logs, and all peers have to apply
    // such an entry alike. Requests are bounded by checked().
    activeSize = Math.max(activeSize, MIN_ACTIVE_SIZE);
    removeDelaySeconds = raised("removeDelay", removeDelaySeconds, MIN_REMOVE_DELAY_SECONDS);
    syncIntervalSeconds = raised("syncInterval", syncIntervalSeconds, MIN_SYNC_INTERVAL_SECONDS);
  }

  private static double raised(String field, double seconds, double min) {
    if (!Double.isFinite(seconds) || seconds > MAX_SECONDS) {
      throw new IllegalArgumentException(
          field + " is not a number of seconds up to " + Json.plain(MAX_SECONDS) + ": " + seconds);
    }
    return Math.max(seconds, min);
  }

  public long removeDelayMillis() {
    return Math.round(removeDelaySeconds * 1000);
  }

  public long syncIntervalMillis() {
    return Math.round(syncIntervalSeconds * 1000);
  }

  /** {@code {"activeSize":9,"removeDelay":1800,"syncInterval":5}}. */
  public String toJson() {
    JsonObject object = new JsonObject();
    object.addProperty("activeSize", activeSize);
    object.addProperty("removeDelay", Json.plain(removeDelaySeconds));
    object.addProperty("syncInterval", Json.plain(syncIntervalSeconds));
    return Json.write(object);
  }

  /**
   * This config with the given fields changed.
   *
   * @param subset any of the three fields; other fields are skipped, as etcd 0.4 does
   * @throws ApiException when a field is not a finite number of its kind, with the error to answer
   */
  public ClusterConfig merge(JsonObject subset) throws ApiException {
    return new ClusterConfig(
        subset.has("activeSize") ? activeSizeIn(subset) : activeSize,
        secondsIn(subset, "removeDelay", removeDelaySeconds, ErrorCode.INVALID_REMOVE_DELAY),
        secondsIn(subset, "syncInterval", syncIntervalSeconds, ErrorCode.INVALID_FIELD));
  }

  /**
   * The same, from the body of a request.
   *
   * @throws ApiException also when the body is not a JSON object
   */
  public ClusterConfig merge(String subsetJson) throws ApiException {
    try {
      return merge(Json.object(subsetJson));
    } catch (Json.Unreadable e) {
      throw new ApiException(ErrorCode.INVALID_FORM, "cluster config: " + e.getMessage());
    }
  }

  /**
   * Checks a requested change, more strictly than {@link #merge} does for what is stored already: a
   * request is either granted as it is or refused with the reason.
   *
   * @return the change, as it is to be written to the log
   * @throws ApiException when it is not a JSON object, is empty, or holds an unknown field or a
   *     value out of range; the error names field, value and what is allowed
   */
  public static String checked(String changeJson) throws ApiException {
    JsonObject change;
    try {
      change = Json.requested(changeJson);
    } catch (Json.Unreadable e) {
      throw new ApiException(ErrorCode.INVALID_FORM, "cluster config: " + e.getMessage());
    }
    if (change.isEmpty()) {
      throw new ApiException(
          ErrorCode.INVALID_FORM, "nothing to change; the fields are " + String.join(", ", FIELDS));
    }
    for (String field : change.keySet()) {
      if (!FIELDS.contains(field)) {
        throw new ApiException(
            ErrorCode.INVALID_FIELD,
            "unknown field \"" + field + "\"; the fields are " + String.join(", ", FIELDS));
      }
    }
    requireInRange(
        change, "activeSize", MIN_ACTIVE_SIZE, MAX_ACTIVE_SIZE, ErrorCode.INVALID_ACTIVE_SIZE);
    requireInRange(
        change,
        "removeDelay",
        MIN_REMOVE_DELAY_SECONDS,
        MAX_SECONDS,
        ErrorCode.INVALID_REMOVE_DELAY);
    requireInRange(
        change, "syncInterval", MIN_SYNC_INTERVAL_SECONDS, MAX_SECONDS, ErrorCode.INVALID_FIELD);
    DEFAULT.merge(change); // what is a number, but not of the field's kind
    return Json.write(change);
  }

  private static void requireInRange(
      JsonObject change, String field, double min, double max, ErrorCode code) throws ApiException {
    if (!change.has(field)) {
      return;
    }
    String allowed = Json.plain(min) + " to " + Json.plain(max);
    double value;
    try {
      value = Json.real(change, field);
    } catch (Json.Unreadable e) {
      throw new ApiException(code, e.getMessage() + "; allowed: " + allowed);
    }
    if (value < min || value > max) {
      throw new ApiException(
          code, "field \"" + field + "\" is " + Json.plain(value) + "; allowed: " + allowed);
    }
  }

  private static int activeSizeIn(JsonObject subset) throws ApiException {
    try {
      return Json.integer(subset, "activeSize");
    } catch (Json.Unreadable e) {
      throw new ApiException(ErrorCode.INVALID_ACTIVE_SIZE, e.getMessage());
    }
  }

  private static double secondsIn(JsonObject subset, String field, double kept, ErrorCode code)
      throws ApiException {
    if (!subset.has(field)) {
      return kept;
    }
    try {
      double seconds = Json.real(subset, field);
      if (seconds <= MAX_SECONDS) {
        return seconds;
      }
    } catch (Json.Unreadable e) {
      throw new ApiException(code, e.getMessage());
    }
    throw new ApiException(
        code, "field \"" + field + "\" is longer than " + Json.plain(MAX_SECONDS) + " seconds");
  }

  /**
   * Reads the value in the key space. Never fails: a client may have written anything there, and
   * every peer must read the same from it. What is unreadable or missing means the default.
   */
  public static ClusterConfig fromJsonOrDefault(String json) {
    try {
      return DEFAULT.merge(json);
    } catch (ApiException e) {
      return DEFAULT;
    }
  }
}
