package dev.understudy.clusterconfig;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Which machine answers at an address: {@code GET /v2/admin/identity} on a peer port, in every mode
 * and also before there is one.
 *
 * @param name the machine's name
 * @param peerUrl where it says that others reach it
 * @param clientUrl where it says that clients reach it; may be empty
 * @param process drawn at random by each process, never 0
 * @param mode what it is now
 * @param clusterId the cluster of its data; 0 when it has none
 * @param memberId whose log it has; 0 for none
 * @param list the peers that a starting machine was given when its own address is among them, in
 *     order, with that; empty otherwise
 */
public record MachineIdentity(
    String name,
    String peerUrl,
    String clientUrl,
    long process,
    Mode mode,
    long clusterId,
    long memberId,
    List<String> list) {
  /** What a machine is. */
  public enum Mode {
    STARTING,
    PEER,
    STANDBY
  }

  /** A machine that says nothing of its clients. */
  public MachineIdentity(
      String name,
      String peerUrl,
      long process,
      Mode mode,
      long clusterId,
      long memberId,
      List<String> list) {
    this(name, peerUrl, "", process, mode, clusterId, memberId, list);
  }

  public MachineIdentity {
    Objects.requireNonNull(name);
    Objects.requireNonNull(peerUrl);
    Objects.requireNonNull(clientUrl);
    Objects.requireNonNull(mode);
    list = List.copyOf(list);
  }

  /** The same machine in a mode, with the log of a member or none. */
  public MachineIdentity as(Mode next, long ofCluster, long member) {
    return new MachineIdentity(
        name, peerUrl, clientUrl, process, next, ofCluster, member, List.of());
  }

  /** The same machine with a list of peers. */
  public MachineIdentity withList(List<String> peers) {
    return new MachineIdentity(name, peerUrl, clientUrl, process, mode, clusterId, memberId, peers);
  }

  /** Whether it starts with nothing that tells of a cluster. */
  public boolean isEmpty() {
    return mode == Mode.STARTING && clusterId == 0;
  }

  /** One JSON object. */
  public String toJson() {
    JsonObject object = new JsonObject();
    object.addProperty("name", name);
    object.addProperty("peerURL", peerUrl);
    object.addProperty("clientURL", clientUrl);
    object.addProperty("process", Long.toHexString(process));
    object.addProperty("mode", mode.name().toLowerCase(Locale.ROOT));
    object.addProperty("clusterId", HexId.text(clusterId));
    object.addProperty("id", HexId.text(memberId));
    JsonArray peers = new JsonArray();
    list.forEach(peers::add);
    object.add("peers", peers);
    return Json.write(object);
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException when it is anything else; the message says what is wrong
   */
  public static MachineIdentity fromJson(String json) {
    try {
      JsonObject object = Json.object(json);
      List<String> list = new ArrayList<>();
      if (object.get("peers") instanceof JsonArray peers) {
        peers.forEach(peer -> list.add(peer.getAsString()));
      }
      return new MachineIdentity(
          AnsweringMachine.nameIn(Json.string(object, "name")),
          Json.string(object, "peerURL"),
          AnsweringMachine.clientUrlIn(Json.optionalString(object, "clientURL").orElse("")),
          id(object, "process"),
          Mode.valueOf(Json.string(object, "mode").toUpperCase(Locale.ROOT)),
          id(object, "clusterId"),
          id(object, "id"),
          list);
    } catch (Json.Unreadable | IllegalStateException | UnsupportedOperationException e) {
      throw new IllegalArgumentException("identity: " + e.getMessage(), e);
    }
  }

  private static long id(JsonObject object, String field) throws Json.Unreadable {
    return Long.parseUnsignedLong(Json.string(object, field), 16);
  }
}
