package dev.understudy.clusterconfig;

import com.google.gson.JsonObject;

/**
 * A machine that is about to found a cluster asks another one to promise that it will follow no
 * other founder: {@code PUT /v2/admin/bootstrap} on the peer port of a machine that starts.
 *
 * @param founderUrl the peer URL of the founder
 * @param process the founder's process, see {@link MachineIdentity}
 * @param attempt counts the founder's attempts
 * @param release whether it gives back what was promised for this attempt and those before
 */
public record FoundingRequest(String founderUrl, long process, long attempt, boolean release) {
  /** One JSON object. */
  public String toJson() {
    JsonObject object = new JsonObject();
    object.addProperty("founder", founderUrl);
    object.addProperty("process", Long.toHexString(process));
    object.addProperty("attempt", attempt);
    object.addProperty("release", Boolean.toString(release));
    return Json.write(object);
  }

  /**
   * Reads it.
   *
   * @throws ApiException when it is anything else
   */
  public static FoundingRequest fromJson(String json) throws ApiException {
    try {
      JsonObject object = Json.object(json);
      return new FoundingRequest(
          Json.string(object, "founder"),
          Json.id(Json.string(object, "process"), "process"),
          Json.number(object, "attempt"),
          Boolean.parseBoolean(Json.string(object, "release")));
    } catch (Json.Unreadable e) {
      throw new ApiException(ErrorCode.INVALID_FORM, "founding: " + e.getMessage());
    }
  }
}
