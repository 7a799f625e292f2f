package dev.understudy.clusterconfig;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which standbys may take the seats of living peers, in the words of Nomad's scheduler. The class
 * of a standby follows from its seat priority.
 *
 * @param system whether those of priority 100 may
 * @param service whether those of 51 to 99 may
 * @param batch whether those of 1 to 50 may
 * @param algorithm what counts first when a seat is given
 */
public record SchedulerConfig(boolean system, boolean service, boolean batch, Algorithm algorithm) {
  /** What counts first when a seat is given. */
  public enum Algorithm {
    /** The seat priority, then how the seats are spread over zones. */
    BINPACK,
    /** How the seats are spread over zones, then the seat priority. */
    SPREAD;

    /** The word in JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static Algorithm of(String word) throws Json.Unreadable {
      for (Algorithm each : values()) {
        if (each.word().equals(word)) {
          return each;
        }
      }
      throw new Json.Unreadable(
          "field \"" + ALGORITHM + "\" is \"" + word + "\"; allowed: binpack, spread");
    }
  }

  /** What a standby is by its seat priority. */
  public enum SchedulerClass {
    SYSTEM,
    SERVICE,
    BATCH;

    private static final int SYSTEM_PRIORITY = 100;
    private static final int SERVICE_PRIORITY = 51;

    /** The class of a seat priority of 1 to 100. */
    public static SchedulerClass of(int priority) {
      return priority >= SYSTEM_PRIORITY ? SYSTEM : priority >= SERVICE_PRIORITY ? SERVICE : BATCH;
    }

    /** The word in JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Nomad's. */
  public static final SchedulerConfig DEFAULT =
      new SchedulerConfig(true, false, false, Algorithm.BINPACK);

  /** Where it stands in the key space. */
  public static final String KEY = ClusterRecords.ROOT + "/scheduler";

  private static final String PREEMPTION = "PreemptionConfig";
  private static final String ALGORITHM = "SchedulerAlgorithm";
  private static final String SYSTEM = "SystemSchedulerEnabled";
  private static final String SERVICE = "ServiceSchedulerEnabled";
  private static final String BATCH = "BatchSchedulerEnabled";
  private static final List<String> SWITCHES = List.of(SYSTEM, SERVICE, BATCH);
  private static final List<String> FIELDS =
      List.of(PREEMPTION, ALGORITHM, "CreateIndex", "ModifyIndex");

  /** Whether standbys of a class may take the seats of living peers. */
  public boolean isEnabled(SchedulerClass of) {
    return switch (of) {
      case SYSTEM -> system;
      case SERVICE -> service;
      case BATCH -> batch;
    };
  }

  /**
   * Reads the body of a request: the whole object, in which what is missing is off, as in Nomad.
   *
   * @throws ApiException when it is no JSON object, or has an unknown field or one of another kind;
   *     the error names it
   */
  public static SchedulerConfig fromRequest(String json) throws ApiException {
    try {
      JsonObject object = Json.requested(json);
      requireKnown(object, FIELDS);
      if (object.get(PREEMPTION) instanceof JsonObject preemption) {
        requireKnown(preemption, SWITCHES);
      }
      return read(object);
    } catch (Json.Unreadable e) {
      throw new ApiException(ErrorCode.INVALID_FORM, "scheduler config: " + e.getMessage());
    }
  }

  private static void requireKnown(JsonObject object, List<String> fields) throws Json.Unreadable {
    for (String field : object.keySet()) {
      if (!fields.contains(field)) {
        throw new Json.Unreadable(
            "unknown field \"" + field + "\"; the fields are " + String.join(", ", fields));
      }
    }
  }

  /** Reads what is stored. Never fails: every peer must read the same from it. */
  public static SchedulerConfig fromStored(String json) {
    try {
      return read(Json.object(json));
    } catch (Json.Unreadable e) {
      return DEFAULT;
    }
  }

  private static SchedulerConfig read(JsonObject object) throws Json.Unreadable {
    JsonObject preemption =
        object.has(PREEMPTION) ? Json.asObject(object.get(PREEMPTION)) : new JsonObject();
    Optional<String> algorithm = Json.optionalString(object, ALGORITHM).filter(w -> !w.isEmpty());
    return new SchedulerConfig(
        Json.flag(preemption, SYSTEM).orElse(false),
        Json.flag(preemption, SERVICE).orElse(false),
        Json.flag(preemption, BATCH).orElse(false),
        algorithm.isPresent() ? Algorithm.of(algorithm.get()) : DEFAULT.algorithm());
  }

  /** What is stored. */
  public String toStored() {
    return Json.write(object());
  }

  /** As Nomad writes it, with the indexes of the entries that wrote the first and this one. */
  public JsonObject toJsonObject(long createIndex, long modifyIndex) {
    JsonObject object = object();
    object.addProperty("CreateIndex", createIndex);
    object.addProperty("ModifyIndex", modifyIndex);
    return object;
  }

  private JsonObject object() {
    JsonObject preemption = new JsonObject();
    preemption.addProperty(SYSTEM, system);
    preemption.addProperty(BATCH, batch);
    preemption.addProperty(SERVICE, service);
    JsonObject object = new JsonObject();
    object.addProperty(ALGORITHM, algorithm.word());
    object.add(PREEMPTION, preemption);
    return object;
  }
}
