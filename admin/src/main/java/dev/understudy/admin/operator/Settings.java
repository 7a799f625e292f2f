package dev.understudy.admin.operator;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.understudy.admin.cli.OperatorCommand.Setting;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The configurations of autopilot and scheduler as objects whose fields can be changed by name. */
final class Settings {
  private static final Set<String> INDEXES = Set.of("CreateIndex", "ModifyIndex");

  private Settings() {}

  /** The object with the fields, out of an answer. */
  static JsonObject of(Setting setting, JsonElement answer) {
    JsonObject object = Answers.object(answer);
    return setting == Setting.SCHEDULER ? Answers.object(object, "SchedulerConfig") : object;
  }

  /** What can be changed, those of inner objects among it. */
  static Map<String, JsonPrimitive> fields(JsonObject setting) {
    Map<String, JsonPrimitive> fields = new LinkedHashMap<>();
    setting
        .asMap()
        .forEach(
            (name, value) -> {
              if (value instanceof JsonObject inner) {
                fields.putAll(fields(inner));
              } else if (value instanceof JsonPrimitive primitive && !INDEXES.contains(name)) {
                fields.put(name, primitive);
              }
            });
    return fields;
  }

  /**
   * Changes fields, each to a value of the kind that it has.
   *
   * @return why that cannot be; empty when it is done
   */
  static Optional<String> change(JsonObject setting, Map<String, String> values) {
    Map<String, JsonPrimitive> fields = fields(setting);
    for (Map.Entry<String, String> each : values.entrySet()) {
      JsonPrimitive old = fields.get(each.getKey());
      if (old == null) {
        return Optional.of(
            "no field \"" + each.getKey() + "\"; there are " + String.join(", ", fields.keySet()));
      }
      Optional<JsonPrimitive> value = like(old, each.getValue());
      if (value.isEmpty()) {
        return Optional.of(each.getKey() + " cannot be \"" + each.getValue() + "\"");
      }
      put(setting, each.getKey(), value.get());
    }
    return Optional.empty();
  }

  private static Optional<JsonPrimitive> like(JsonPrimitive old, String text) {
    if (old.isBoolean()) {
      return text.matches("true|false")
          ? Optional.of(new JsonPrimitive(Boolean.parseBoolean(text)))
          : Optional.empty();
    }
    if (old.isNumber()) {
      return text.matches("\\d{1,18}")
          ? Optional.of(new JsonPrimitive(new BigDecimal(text)))
          : Optional.empty();
    }
    return Optional.of(new JsonPrimitive(text));
  }

  private static void put(JsonObject setting, String field, JsonPrimitive value) {
    if (setting.has(field)) {
      setting.add(field, value);
    } else {
      setting.asMap().values().stream()
          .filter(JsonObject.class::isInstance)
          .forEach(inner -> put((JsonObject) inner, field, value));
    }
  }
}
