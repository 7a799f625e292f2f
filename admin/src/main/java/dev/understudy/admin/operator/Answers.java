package dev.understudy.admin.operator;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads answers in JSON. What is missing or of another kind is a {@link JsonParseException} that
 * says so.
 */
final class Answers {
  private Answers() {}

  static JsonObject object(String body) {
    return object(JsonParser.parseString(body));
  }

  static JsonObject object(JsonElement element) {
    if (element instanceof JsonObject object) {
      return object;
    }
    throw new JsonParseException("not an object");
  }

  static JsonObject object(JsonObject in, String field) {
    return object(in.get(field));
  }

  /** The objects of a list. */
  static List<JsonObject> objects(JsonElement element) {
    if (!(element instanceof JsonArray array)) {
      throw new JsonParseException("not a list");
    }
    List<JsonObject> objects = new ArrayList<>();
    array.forEach(each -> objects.add(object(each)));
    return objects;
  }

  static List<JsonObject> objects(JsonObject in, String field) {
    return objects(in.get(field));
  }

  /** A text, or a number or truth value as text. */
  static String text(JsonObject in, String field) {
    if (in.get(field) instanceof JsonPrimitive value) {
      return value.getAsString();
    }
    throw new JsonParseException("no field " + field);
  }

  static long number(JsonObject in, String field) {
    try {
      return Long.parseLong(text(in, field));
    } catch (NumberFormatException e) {
      throw new JsonParseException("no number in field " + field, e);
    }
  }
}
