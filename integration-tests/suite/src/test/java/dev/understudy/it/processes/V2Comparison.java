package dev.understudy.it.processes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.understudy.it.processes.V2Server.Reply;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Whether two answers say the same. Indexes count from the start of the case, a time to live may
 * differ by a second and an expiration by three, and the order of a listing counts only where it
 * was asked for. Everything else must be equal.
 */
final class V2Comparison {
  private static final Set<String> INDEXES = Set.of("createdIndex", "modifiedIndex", "index");
  private static final Set<String> TEXTS_WITH_INDEXES = Set.of("key", "cause");
  private static final List<String> HEADERS =
      List.of(
          "Content-Type",
          "Allow",
          "Access-Control-Allow-Origin",
          "Access-Control-Allow-Methods",
          "Access-Control-Allow-Headers");
  private static final List<String> PRESENT = List.of("X-Raft-Index", "X-Raft-Term");

  /** The name of an in-order key, which is the index of its creation. */
  private static final Pattern IN_ORDER = Pattern.compile("/(\\d{20})\\b");

  /** The indexes in the cause of a failed comparison or of a history that is gone. */
  private static final Pattern COMPARED = Pattern.compile("(?<=\\[|!= |/)(\\d+)(?=\\]| !=|/)");

  /** The index that a redirection to the clean path repeats. */
  private static final Pattern REDIRECTED = Pattern.compile("(?<=Index=)(\\d+)");

  /** Below this a number in a cause is one that the client chose. */
  private static final long LEAST_SERVER_INDEX = 3;

  private static final Duration EXPIRATION_SLACK = Duration.ofSeconds(3);

  private final Reply reference;
  private final Reply tested;
  private final boolean ordered;
  private final boolean indexed;

  private V2Comparison(Reply reference, Reply tested, boolean ordered, boolean indexed) {
    this.reference = reference;
    this.tested = tested;
    this.ordered = ordered;
    this.indexed = indexed;
  }

  /**
   * The first thing that differs, or nothing.
   *
   * @param ordered whether the order of listings was asked for
   * @param indexed whether indexes must be equal
   */
  static Optional<String> difference(
      Reply reference, Reply tested, boolean ordered, boolean indexed) {
    return new V2Comparison(reference, tested, ordered, indexed).difference();
  }

  private Optional<String> difference() {
    if (reference.status() != tested.status()) {
      return differ("status", reference.status(), tested.status());
    }
    return headers().or(() -> compare("body", reference.body(), tested.body()));
  }

  private Optional<String> headers() {
    for (String name : HEADERS) {
      if (!reference.header(name).equals(tested.header(name))) {
        return differ(name, reference.header(name), tested.header(name));
      }
    }
    for (String name : PRESENT) {
      if (reference.header(name).isEmpty() != tested.header(name).isEmpty()) {
        return differ(name, reference.header(name), tested.header(name));
      }
    }
    Optional<String> location =
        equal(
            "Location",
            redirectRelative(reference.header("Location"), reference.baseIndex()),
            redirectRelative(tested.header("Location"), tested.baseIndex()));
    if (location.isPresent()) {
      return location;
    }
    String index = "X-Etcd-Index";
    return reference.header(index).isEmpty() || tested.header(index).isEmpty()
        ? equal(index, reference.header(index), tested.header(index))
        : indexes(
            index, Long.parseLong(reference.header(index)), Long.parseLong(tested.header(index)));
  }

  private Optional<String> compare(String at, JsonElement one, JsonElement other) {
    if (one.isJsonObject() && other.isJsonObject()) {
      return objects(at, one.getAsJsonObject(), other.getAsJsonObject());
    }
    if (one.isJsonArray() && other.isJsonArray()) {
      return arrays(at, one.getAsJsonArray(), other.getAsJsonArray());
    }
    if (one.isJsonPrimitive() && other.isJsonPrimitive()) {
      return primitives(at, one.getAsJsonPrimitive(), other.getAsJsonPrimitive());
    }
    return equal(at, one, other);
  }

  private Optional<String> objects(String at, JsonObject one, JsonObject other) {
    Set<String> names = new TreeSet<>(one.keySet());
    names.addAll(other.keySet());
    for (String name : names) {
      if (!one.has(name) || !other.has(name)) {
        return differ(at + "." + name, one.get(name), other.get(name));
      }
      Optional<String> difference = compare(at + "." + name, one.get(name), other.get(name));
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private Optional<String> arrays(String at, JsonArray one, JsonArray other) {
    if (one.size() != other.size()) {
      return differ(at, one, other);
    }
    List<JsonElement> ones = elements(one);
    List<JsonElement> others = elements(other);
    for (int i = 0; i < ones.size(); i++) {
      Optional<String> difference = compare(at + "[" + i + "]", ones.get(i), others.get(i));
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private List<JsonElement> elements(JsonArray array) {
    List<JsonElement> elements = new ArrayList<>(array.asList());
    if (!ordered) {
      elements.sort(Comparator.comparing(V2Comparison::sortKey));
    }
    return elements;
  }

  private static String sortKey(JsonElement element) {
    return element.isJsonObject() && element.getAsJsonObject().has("key")
        ? element.getAsJsonObject().get("key").getAsString()
        : element.toString();
  }

  private Optional<String> primitives(String at, JsonPrimitive one, JsonPrimitive other) {
    String name = at.substring(at.lastIndexOf('.') + 1);
    if (INDEXES.contains(name) && one.isNumber() && other.isNumber()) {
      return indexes(at, one.getAsLong(), other.getAsLong());
    }
    if (name.equals("ttl") && one.isNumber() && other.isNumber()) {
      boolean near = Math.abs(one.getAsLong() - other.getAsLong()) <= 1;
      return near ? Optional.empty() : differ(at, one, other);
    }
    if (name.equals("expiration")) {
      return near(one.getAsString(), other.getAsString())
          ? Optional.empty()
          : differ(at, one, other);
    }
    if (TEXTS_WITH_INDEXES.contains(name)) {
      return equal(
          at,
          relative(one.getAsString(), reference.baseIndex()),
          relative(other.getAsString(), tested.baseIndex()));
    }
    if (at.equals("body")) {
      return equal(
          at,
          redirectRelative(one.getAsString(), reference.baseIndex()),
          redirectRelative(other.getAsString(), tested.baseIndex()));
    }
    return equal(at, one, other);
  }

  /** What is older than the case only has to be older on both. */
  private Optional<String> indexes(String at, long one, long other) {
    long fromOne = Math.max(-1, one - reference.baseIndex());
    long fromOther = Math.max(-1, other - tested.baseIndex());
    return indexed ? equal(at, "+" + fromOne, "+" + fromOther) : Optional.empty();
  }

  private static boolean near(String one, String other) {
    try {
      Duration between = Duration.between(Instant.parse(one), Instant.parse(other)).abs();
      return between.compareTo(EXPIRATION_SLACK) <= 0;
    } catch (DateTimeParseException e) {
      return one.equals(other);
    }
  }

  private static String relative(String text, long baseIndex) {
    String keysDone =
        IN_ORDER.matcher(text).replaceAll(match -> "/<" + fromBase(match, baseIndex) + ">");
    return COMPARED.matcher(keysDone).replaceAll(match -> fromBase(match, baseIndex));
  }

  private static String redirectRelative(String text, long baseIndex) {
    return REDIRECTED.matcher(text).replaceAll(match -> fromBase(match, baseIndex));
  }

  private static String fromBase(MatchResult number, long baseIndex) {
    String digits = number.group(1);
    if (digits.length() > 20 || Double.parseDouble(digits) > Long.MAX_VALUE) {
      return digits;
    }
    long index = Long.parseLong(digits);
    return index >= baseIndex && index > LEAST_SERVER_INDEX ? "+" + (index - baseIndex) : digits;
  }

  private static Optional<String> equal(String at, Object one, Object other) {
    return one.equals(other) ? Optional.empty() : differ(at, one, other);
  }

  private static Optional<String> differ(String at, Object one, Object other) {
    return Optional.of(at + ": etcd says " + one + ", understudy says " + other);
  }
}
