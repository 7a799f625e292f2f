package dev.understudy.clusterconfig;

import com.google.gson.JsonObject;

/**
 * Who is to lead: {@code PUT /v2/admin/leader} on a peer port.
 *
 * @param name of a machine with a seat
 */
public record LeaderRequest(String name) {
  /** One JSON object. */
  public String toJson() {
    JsonObject object = new JsonObject();
    object.addProperty("name", name);
    return Json.write(object);
  }

  /**
   * Reads it.
   *
   * @throws ApiException when it is anything else
   */
  public static LeaderRequest fromJson(String json) throws ApiException {
    try {
      JsonObject object = Json.requested(json);
      if (object.size() > 1) {
        throw new ApiException(ErrorCode.INVALID_FORM, "leader: the only field is \"name\"");
      }
      return new LeaderRequest(Json.string(object, "name"));
    } catch (Json.Unreadable e) {
      throw new ApiException(ErrorCode.INVALID_FORM, "leader: " + e.getMessage());
    }
  }

  /** The answer: who leads now. */
  public static String answer(String leader) {
    JsonObject object = new JsonObject();
    object.addProperty("leader", leader);
    return Json.write(object);
  }
}
