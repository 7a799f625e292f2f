package dev.understudy.clusterconfig;

import com.google.gson.JsonObject;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A machine asks for a seat: the body of {@code PUT /v2/admin/machines/<name>}.
 *
 * @param name the machine's name, never empty
 * @param minVersion the oldest {@link StoreVersion} that the machine can take part in
 * @param maxVersion the newest one
 * @param peerUrl where the other machines will reach it
 * @param clientUrl where clients will reach it; may be empty
 * @param data what it has on disk
 */
public record JoinRequest(
    String name, int minVersion, int maxVersion, String peerUrl, String clientUrl, LocalData data) {
  /**
   * The HTTP status of a refusal because the leader does not reach the machine at its peer URL: a
   * failed dependency, which may be there at the next attempt.
   */
  public static final int NOT_REACHED_STATUS = 424;

  /** As long as they may be, these fill half of the largest body that is taken. */
  static final int MAX_STARTS = 1_000;

  public JoinRequest {
    Objects.requireNonNull(name);
    Objects.requireNonNull(peerUrl);
    Objects.requireNonNull(clientUrl);
    Objects.requireNonNull(data);
  }

  /** Whether a refusal with that HTTP status will be the same at the next attempt. */
  public static boolean isForGood(int httpStatus) {
    return httpStatus / 100 == 4 && httpStatus != NOT_REACHED_STATUS;
  }

  /** The request of a machine that runs this program. */
  public static JoinRequest of(MachineRecord self, LocalData data) {
    return new JoinRequest(
        self.name(),
        StoreVersion.OLDEST,
        StoreVersion.CURRENT,
        self.peerUrl(),
        self.clientUrl(),
        data);
  }

  /** The machine as it would stand in the registry. */
  public MachineRecord machine() {
    return new MachineRecord(name, peerUrl, clientUrl);
  }

  /** The same with another client URL. */
  public JoinRequest withClientUrl(String url) {
    return new JoinRequest(name, minVersion, maxVersion, peerUrl, url, data);
  }

  /** Whether the machine can take part in a cluster of that {@link StoreVersion}. */
  public boolean supports(int version) {
    return minVersion <= version && version <= maxVersion;
  }

  /**
   * {@code {"name","minVersion","maxVersion","peerURL","clientURL"}} and {@code "id"} when
   * something is stated about the data: the member id in hex, empty for none. With an id come
   * {@code "incarnation"}, the {@link Lineage} as far as it is stated at once, {@code "starts"},
   * more of it where there is more, {@code "lastIndex"} and {@code "lastTerm"}; releases that do
   * not know these fields skip them.
   */
  public String toJson() {
    JsonObject object = new JsonObject();
    object.addProperty("name", name);
    object.addProperty("minVersion", minVersion);
    object.addProperty("maxVersion", maxVersion);
    object.addProperty("peerURL", peerUrl);
    object.addProperty("clientURL", clientUrl);
    if (data instanceof LocalData.Held held) {
      object.addProperty("id", HexId.text(held.memberId()));
      if (held.lineage().isStated()) {
        object.addProperty("incarnation", held.lineage().stated().toString());
        if (held.lineage().starts().size() > Lineage.MAX_STATED) {
          object.addProperty("starts", held.lineage().stated(MAX_STARTS).toString());
        }
      }
      held.lastIndex().ifPresent(index -> object.addProperty("lastIndex", Json.unsigned(index)));
      held.lastTerm().ifPresent(term -> object.addProperty("lastTerm", Json.unsigned(term)));
    } else if (data instanceof LocalData.None) {
      object.addProperty("id", "");
    }
    return Json.write(object);
  }

  /**
   * Reads the body of a request. The old names {@code raftURL} and {@code etcdURL} are taken too.
   *
   * @param pathName the name in the request's path, which wins
   * @throws ApiException when the body cannot be read, when a URL is no {@link MachineUrl}, or when
   *     the body names another machine than the path
   */
  public static JoinRequest fromJson(String pathName, String body) throws ApiException {
    try {
      return read(pathName, Json.object(body));
    } catch (Json.Unreadable e) {
      throw new ApiException(ErrorCode.INVALID_FORM, "join request: " + e.getMessage());
    }
  }

  private static JoinRequest read(String pathName, JsonObject object)
      throws Json.Unreadable, ApiException {
    if (pathName.isEmpty()) {
      throw new ApiException(ErrorCode.NAME_REQUIRED, "a machine needs a name");
    }
    if (!MachineRecord.isValidName(pathName)) {
      throw new ApiException(
          ErrorCode.INVALID_FIELD, "no machine can be called \"" + pathName + "\"");
    }
    String bodyName = Json.optionalString(object, "name").orElse(pathName);
    if (!bodyName.equals(pathName)) {
      throw new ApiException(
          ErrorCode.INVALID_FIELD,
          "the path names machine \"" + pathName + "\", the body \"" + bodyName + "\"");
    }
    String peerUrl = either(object, "peerURL", "raftURL").orElse("");
    String clientUrl = either(object, "clientURL", "etcdURL").orElse("");
    String normalPeerUrl = normalUrl("peerURL", peerUrl);
    String normalClientUrl = clientUrl.isEmpty() ? "" : normalUrl("clientURL", clientUrl);
    return new JoinRequest(
        pathName,
        Json.integer(object, "minVersion"),
        Json.integer(object, "maxVersion"),
        normalPeerUrl,
        normalClientUrl,
        dataIn(object));
  }

  private static Optional<String> either(JsonObject object, String field, String oldField)
      throws Json.Unreadable {
    Optional<String> value = Json.optionalString(object, field);
    return value.isPresent() ? value : Json.optionalString(object, oldField);
  }

  private static LocalData dataIn(JsonObject object) throws Json.Unreadable {
    Optional<String> id = Json.optionalString(object, "id");
    if (id.isEmpty()) {
      return new LocalData.Unstated();
    }
    if (id.get().isEmpty()) {
      return new LocalData.None();
    }
    return new LocalData.Held(
        Json.id(id.get(), "id"),
        lineageIn(object),
        numberIn(object, "lastIndex"),
        numberIn(object, "lastTerm"));
  }

  private static OptionalLong numberIn(JsonObject object, String field) throws Json.Unreadable {
    return object.has(field) ? OptionalLong.of(Json.number(object, field)) : OptionalLong.empty();
  }

  private static Lineage lineageIn(JsonObject object) throws Json.Unreadable {
    Lineage some =
        Json.optionalString(object, "incarnation").map(Lineage::parse).orElse(Lineage.UNSTATED);
    Optional<String> more = Json.optionalString(object, "starts");
    return some.isStated() && more.isPresent()
        ? some.completedBy(Lineage.parse(more.get(), MAX_STARTS))
        : some;
  }

  private static String normalUrl(String field, String text) throws ApiException {
    try {
      return MachineUrl.parse(text).toString();
    } catch (IllegalArgumentException e) {
      throw new ApiException(
          ErrorCode.INVALID_FIELD,
          "field \"" + field + "\" is not an http or https URL of a machine: " + e.getMessage());
    }
  }
}
