package dev.understudy.clusterconfig;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reading JSON that anybody may have sent, strictly: what is missing or of the wrong type is named,
 * never guessed. Fields that no caller reads are skipped, so that newer machines may say more.
 */
final class Json {
  private static final Pattern PLACE = Pattern.compile("line (\\d+) column (\\d+)");

  private Json() {}

  /** The JSON is not what the caller expects; the message says where, in words for a user. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message, null, false, false);
    }
  }

  static JsonObject object(String text) throws Unreadable {
    if (parse(text) instanceof JsonObject object) {
      return object;
    }
    throw new Unreadable("not a JSON object");
  }

  /**
   * As {@link #object}, for requests: a field that is given twice is refused, of which the parser
   * would keep the last, and whoever wrote the first would never know.
   */
  static JsonObject requested(String text) throws Unreadable {
    JsonObject object = object(text);
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      Set<String> fields = new HashSet<>();
      reader.beginObject();
      while (reader.hasNext()) {
        String field = reader.nextName();
        if (!fields.add(field)) {
          throw new Unreadable("field \"" + field + "\" is given twice");
        }
        reader.skipValue();
      }
      return object;
    } catch (IOException e) {
      throw new Unreadable("not JSON" + place(e));
    }
  }

  /** Where the parser stopped, of all that it says. */
  private static String place(Exception e) {
    Matcher place = PLACE.matcher(String.valueOf(e.getMessage()));
    return place.find() ? ", at line " + place.group(1) + ", column " + place.group(2) : "";
  }

  static JsonArray array(String text) throws Unreadable {
    if (parse(text) instanceof JsonArray array) {
      return array;
    }
    throw new Unreadable("not a JSON array");
  }

  private static JsonElement parse(String text) throws Unreadable {
    try {
      JsonReader reader = new JsonReader(new StringReader(text));
      reader.setStrictness(Strictness.STRICT);
      JsonElement element = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new Unreadable("more follows after the JSON");
      }
      return element;
    } catch (JsonParseException | IOException | IllegalStateException e) {
      throw new Unreadable("not JSON" + place(e));
    }
  }

  static JsonObject asObject(JsonElement element) throws Unreadable {
    if (element instanceof JsonObject object) {
      return object;
    }
    throw new Unreadable("an element is not a JSON object");
  }

  static String string(JsonObject object, String field) throws Unreadable {
    return optionalString(object, field)
        .orElseThrow(() -> new Unreadable("field \"" + field + "\" is missing"));
  }

  static Optional<String> optionalString(JsonObject object, String field) throws Unreadable {
    JsonElement element = object.get(field);
    if (element == null || element.isJsonNull()) {
      return Optional.empty();
    }
    if (element instanceof JsonPrimitive primitive && primitive.isString()) {
      return Optional.of(primitive.getAsString());
    }
    throw new Unreadable("field \"" + field + "\" is not a string");
  }

  /** True or false. */
  static Optional<Boolean> flag(JsonObject object, String field) throws Unreadable {
    JsonElement element = object.get(field);
    if (element == null) {
      return Optional.empty();
    }
    if (element instanceof JsonPrimitive primitive && primitive.isBoolean()) {
      return Optional.of(primitive.getAsBoolean());
    }
    throw new Unreadable("field \"" + field + "\" is neither true nor false");
  }

  static int integer(JsonObject object, String field) throws Unreadable {
    BigDecimal value = decimal(object, field);
    try {
      return value.intValueExact();
    } catch (ArithmeticException e) {
      throw new Unreadable("field \"" + field + "\" is not a whole number in range");
    }
  }

  /** A whole number of 64 bits without a sign. */
  static long number(JsonObject object, String field) throws Unreadable {
    BigDecimal value = decimal(object, field);
    try {
      BigInteger whole = value.toBigIntegerExact();
      if (whole.signum() >= 0 && whole.bitLength() <= Long.SIZE) {
        return whole.longValue();
      }
    } catch (ArithmeticException e) {
      throw new Unreadable("field \"" + field + "\" is not a whole number");
    }
    throw new Unreadable("field \"" + field + "\" is out of range");
  }

  /** A finite number. */
  static double real(JsonObject object, String field) throws Unreadable {
    double value = decimal(object, field).doubleValue();
    if (Double.isInfinite(value)) {
      throw new Unreadable("field \"" + field + "\" is out of range");
    }
    return value;
  }

  private static BigDecimal decimal(JsonObject object, String field) throws Unreadable {
    JsonElement element = object.get(field);
    if (element == null) {
      throw new Unreadable("field \"" + field + "\" is missing");
    }
    if (!(element instanceof JsonPrimitive primitive) || !primitive.isNumber()) {
      throw new Unreadable("field \"" + field + "\" is not a number");
    }
    try {
      BigDecimal value = primitive.getAsBigDecimal();
      // Beyond this no field has a meaning, and writing such a number out would take all memory.
      if (Math.abs((long) value.scale()) + value.precision() > 1_000) {
        throw new Unreadable("field \"" + field + "\" is out of range");
      }
      return value;
    } catch (NumberFormatException e) {
      throw new Unreadable("field \"" + field + "\" is not a finite number");
    }
  }

  /** A member or cluster id in lower-case hex; never 0. */
  static long id(String hex, String field) throws Unreadable {
    return HexId.parse(hex)
        .orElseThrow(
            () ->
                new Unreadable(
                    "field \"" + field + "\" is no id, which is a number above 0 in hex"));
  }

  /** A number of 64 bits without a sign, ready to be written. */
  static Number unsigned(long value) {
    return value >= 0 ? (Number) value : new BigInteger(Long.toUnsignedString(value));
  }

  /** A decimal as people write it: 1800, not 1800.0. */
  static Number plain(double value) {
    long whole = (long) value;
    return whole == value ? (Number) whole : (Number) value;
  }

  /**
   * One line. Escapes the three characters that Go escapes, so that bodies are the same letter by
   * letter; they occur nowhere in JSON but inside of strings.
   */
  static String write(JsonElement element) {
    return element
        .toString()
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026");
  }
}
