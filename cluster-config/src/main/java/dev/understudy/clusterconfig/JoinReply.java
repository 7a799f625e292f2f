package dev.understudy.clusterconfig;

import com.google.gson.JsonObject;

/**
 * The answer to a {@link JoinRequest} that was granted.
 *
 * @param commitIndex the index of the log that the joining machine must have applied before it
 *     knows of its own seat
 * @param memberId the id that the machine takes part under; never 0
 * @param clusterId the cluster that it joined, stated on every stream between peers; never 0
 */
public record JoinReply(long commitIndex, long memberId, long clusterId) {
  private static final String MODE = "peer";

  public JoinReply {
    if (memberId == 0 || clusterId == 0) {
      throw new IllegalArgumentException("0 is no id");
    }
  }

  /** {@code {"commitIndex":7,"mode":"peer","id":"<hex>","clusterId":"<hex>"}}. */
  public String toJson() {
    JsonObject object = new JsonObject();
    object.addProperty("commitIndex", Json.unsigned(commitIndex));
    object.addProperty("mode", MODE);
    object.addProperty("id", HexId.text(memberId));
    object.addProperty("clusterId", HexId.text(clusterId));
    return Json.write(object);
  }

  /**
   * Reads such an answer.
   *
   * @throws IllegalArgumentException when it is anything else; the message says what is wrong
   */
  public static JoinReply fromJson(String json) {
    try {
      JsonObject object = Json.object(json);
      String mode = Json.string(object, "mode");
      if (!mode.equals(MODE)) {
        throw new Json.Unreadable("field \"mode\" is \"" + mode + "\", not \"" + MODE + "\"");
      }
      return new JoinReply(
          Json.number(object, "commitIndex"),
          Json.id(Json.string(object, "id"), "id"),
          Json.id(Json.string(object, "clusterId"), "clusterId"));
    } catch (Json.Unreadable e) {
      throw new IllegalArgumentException("join reply: " + e.getMessage(), e);
    }
  }
}
