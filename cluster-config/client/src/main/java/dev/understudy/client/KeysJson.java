package dev.understudy.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what the keys API answers. */
final class KeysJson {
  private KeysJson() {}

  /**
   * The event that answers a write or a watch, and what a read has found.
   *
   * @return empty if it is none: cut short, or from somebody else
   */
  static Optional<KeyEvent> event(String body) {
    try {
      JsonObject json = JsonParser.parseString(body).getAsJsonObject();
      if (!json.has("action") || !json.has("node")) {
        return Optional.empty();
      }
      return Optional.of(
          new KeyEvent(
              json.get("action").getAsString(),
              node(json.getAsJsonObject("node")),
              Optional.ofNullable(json.getAsJsonObject("prevNode")).map(KeysJson::node)));
    } catch (JsonParseException
        | IllegalStateException
        | ClassCastException
        | UnsupportedOperationException
        | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Node node(JsonObject json) {
    List<Node> children = new ArrayList<>();
    JsonElement nodes = json.get("nodes");
    if (nodes instanceof JsonArray array) {
      array.forEach(child -> children.add(node(child.getAsJsonObject())));
    }
    return new Node(
        json.has("key") ? json.get("key").getAsString() : "/",
        Optional.ofNullable(json.get("value")).map(JsonElement::getAsString),
        json.has("dir") && json.get("dir").getAsBoolean(),
        children,
        json.has("createdIndex") ? json.get("createdIndex").getAsLong() : 0,
        json.has("modifiedIndex") ? json.get("modifiedIndex").getAsLong() : 0,
        json.has("ttl") ? OptionalLong.of(json.get("ttl").getAsLong()) : OptionalLong.empty());
  }

  /**
   * An error of the keys API.
   *
   * @param code 0 where the answer is none of its errors
   */
  record ApiError(int code, String text, long index) {}

  static ApiError error(String body) {
    try {
      JsonObject json = JsonParser.parseString(body).getAsJsonObject();
      String message = json.has("message") ? json.get("message").getAsString() : "";
      String cause = json.has("cause") ? json.get("cause").getAsString() : "";
      return new ApiError(
          json.has("errorCode") ? json.get("errorCode").getAsInt() : 0,
          cause.isEmpty() ? message : message + ": " + cause,
          json.has("index") ? json.get("index").getAsLong() : 0);
    } catch (JsonParseException
        | IllegalStateException
        | ClassCastException
        | UnsupportedOperationException
        | NumberFormatException e) {
      return new ApiError(0, body.strip(), 0);
    }
  }

  /** The number of a header; 0 where it is none. */
  static long number(String header) {
    try {
      return Long.parseLong(header);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
