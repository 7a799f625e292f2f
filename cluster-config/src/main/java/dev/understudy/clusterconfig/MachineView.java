package dev.understudy.clusterconfig;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * A machine with a seat, as the admin API shows it.
 *
 * @param name the machine's name, never empty
 * @param state whether it leads or votes, as far as the answering peer knows
 * @param clientUrl where clients reach it; may be empty
 * @param peerUrl where the other machines reach it, never empty
 */
public record MachineView(String name, State state, String clientUrl, String peerUrl) {
  /** What a machine with a seat does. Clients of etcd 0.4 look for the leader alone. */
  public enum State {
    LEADER("leader"),
    FOLLOWER("follower"),
    /** It has a seat, but catches up and has no vote yet; unknown to etcd 0.4. */
    LEARNER("learner");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** What a word means; a follower for one that a newer version may use. */
    static State of(String word) {
      return Arrays.stream(values())
          .filter(state -> state.word.equals(word))
          .findFirst()
          .orElse(FOLLOWER);
    }

    /** The word in JSON. */
    public String word() {
      return word;
    }
  }

  public MachineView {
    Objects.requireNonNull(state);
    Objects.requireNonNull(clientUrl);
    if (name.isEmpty() || peerUrl.isEmpty()) {
      throw new IllegalArgumentException("a machine needs a name and a peer URL");
    }
  }

  /** How the API shows a machine of the registry that votes. */
  public static MachineView of(MachineRecord machine, boolean leads) {
    return of(machine, leads ? State.LEADER : State.FOLLOWER);
  }

  /** How the API shows a machine of the registry. */
  public static MachineView of(MachineRecord machine, State state) {
    return new MachineView(machine.name(), state, machine.clientUrl(), machine.peerUrl());
  }

  public boolean isLeader() {
    return state == State.LEADER;
  }

  /** {@code {"name","state","clientURL","peerURL"}}. */
  public String toJson() {
    return Json.write(toJsonObject());
  }

  /** An array of them, in the given order. */
  public static String toJson(Collection<MachineView> machines) {
    return Json.write(toJsonArray(machines));
  }

  /** An array of them, to stand within other JSON. */
  public static JsonArray toJsonArray(Collection<MachineView> machines) {
    JsonArray array = new JsonArray();
    machines.forEach(machine -> array.add(machine.toJsonObject()));
    return array;
  }

  private JsonObject toJsonObject() {
    JsonObject object = new JsonObject();
    object.addProperty("name", name);
    object.addProperty("state", state.word());
    object.addProperty("clientURL", clientUrl);
    object.addProperty("peerURL", peerUrl);
    return object;
  }

  /**
   * Reads an array of them.
   *
   * @throws IllegalArgumentException when it is anything else; the message says what is wrong
   */
  public static List<MachineView> listFromJson(String json) {
    try {
      return list(Json.array(json));
    } catch (Json.Unreadable e) {
      throw new IllegalArgumentException("list of machines: " + e.getMessage(), e);
    }
  }

  /** Reads an array of them out of other JSON; as {@link #listFromJson(String)}. */
  public static List<MachineView> listFromJson(JsonArray array) {
    try {
      return list(array);
    } catch (Json.Unreadable e) {
      throw new IllegalArgumentException("list of machines: " + e.getMessage(), e);
    }
  }

  private static List<MachineView> list(JsonArray array) throws Json.Unreadable {
    List<MachineView> machines = new ArrayList<>();
    for (JsonElement element : array) {
      machines.add(fromJson(Json.asObject(element)));
    }
    return List.copyOf(machines);
  }

  private static MachineView fromJson(JsonObject object) throws Json.Unreadable {
    String name = Json.string(object, "name");
    String peerUrl = Json.string(object, "peerURL");
    if (name.isEmpty() || peerUrl.isEmpty()) {
      throw new Json.Unreadable("a machine without a name or a peer URL");
    }
    return new MachineView(
        name,
        State.of(Json.string(object, "state")),
        Json.optionalString(object, "clientURL").orElse(""),
        peerUrl);
  }
}
