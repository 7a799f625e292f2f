package dev.understudy.clusterconfig;

import com.google.gson.JsonObject;

/** The body of {@code PUT /v2/admin/standbys/<name>}: {@code {"mayTakeSeat":true}}. */
public final class SeatPermission {
  /** All that can be said. */
  public static final String BODY = "{\"mayTakeSeat\":true}";

  private static final String FIELD = "mayTakeSeat";

  private SeatPermission() {}

  /**
   * Reads such a body.
   *
   * @throws ApiException when it is anything else; a seat is refused by a {@link Removal} for good
   */
  public static void require(String body) throws ApiException {
    try {
      JsonObject object = Json.object(body);
      boolean granted =
          object.size() == 1
              && object.get(FIELD) != null
              && object.get(FIELD).toString().equals("true");
      if (granted) {
        return;
      }
    } catch (Json.Unreadable e) {
      throw new ApiException(ErrorCode.INVALID_FIELD, e.getMessage());
    }
    throw new ApiException(
        ErrorCode.INVALID_FIELD,
        "only "
            + BODY
            + " can be said; to take a machine out for good, DELETE"
            + " /v2/admin/machines/<name>?forGood=true");
  }

  /** What is answered. */
  public static String answer(String name) {
    JsonObject object = new JsonObject();
    object.addProperty("name", name);
    object.addProperty(FIELD, true);
    return object.toString();
  }
}
