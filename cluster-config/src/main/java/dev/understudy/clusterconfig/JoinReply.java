package dev.understudy.clusterconfig;

import com.google.gson.JsonObject;

/**
 * The answer to a {@link JoinRequest} that was granted.
 *
 * @param commitIndex the index of the log that the joining machine must have applied before it
 *     knows of its own seat
 * @param memberId the id that the machine takes part under; never 0
 * @param clusterId the cluster that it joined, stated on every stream between peers; never 0
 * @param otherBecause why the machine is not the member any more whose data it holds; empty when
 *     there is nothing to say, as of releases before this
 */
public record JoinReply(long commitIndex, long memberId, long clusterId, String otherBecause) {
  private static final String MODE = "peer";
  private static final int MAX_REASON = 500;

  /** With nothing to say. */
  public JoinReply(long commitIndex, long memberId, long clusterId) {
    this(commitIndex, memberId, clusterId, "");
  }

  public JoinReply {
    otherBecause =
        TerminalText.of(otherBecause.substring(0, Math.min(otherBecause.length(), MAX_REASON)));
    if (memberId == 0 || clusterId == 0) {
      throw new IllegalArgumentException("0 is no id");
    }
  }

  /**
   * {@code {"commitIndex":7,"mode":"peer","id":"<hex>","clusterId":"<hex>"}}, and {@code
   * "otherBecause"} where there is something to say.
   */
  public String toJson() {
    JsonObject object = new JsonObject();
    object.addProperty("commitIndex", Json.unsigned(commitIndex));
    object.addProperty("mode", MODE);
    object.addProperty("id", HexId.text(memberId));
    object.addProperty("clusterId", HexId.text(clusterId));
    if (!otherBecause.isEmpty()) {
      object.addProperty("otherBecause", otherBecause);
    }
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
          Json.id(Json.string(object, "clusterId"), "clusterId"),
          Json.optionalString(object, "otherBecause").orElse(""));
    } catch (Json.Unreadable e) {
      throw new IllegalArgumentException("join reply: " + e.getMessage(), e);
    }
  }
}
