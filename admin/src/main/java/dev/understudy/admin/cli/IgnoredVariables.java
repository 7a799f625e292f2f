package dev.understudy.admin.cli;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Variables of the environment that look as if they were for a machine and are not read: those of
 * etcd, as a unit file of its 0.4 or 2.x has them, and our own when they are misspelt.
 */
public final class IgnoredVariables {
  private static final String ETCD = "ETCD_";
  private static final String OURS = "UNDERSTUDY_";

  /** Names of etcd whose meaning has another name here. */
  private static final Map<String, Flag> RENAMED = new HashMap<>();

  static {
    RENAMED.put("SNAPSHOTCOUNT", Flag.SNAPSHOT_COUNT);
    RENAMED.put("VERBOSE", Flag.V);
    RENAMED.put("VERY_VERBOSE", Flag.VV);
    RENAMED.put("VERY_VERY_VERBOSE", Flag.VV);
    RENAMED.put("DEBUG", Flag.V);
    RENAMED.put("HEARTBEAT_INTERVAL", Flag.PEER_HEARTBEAT_INTERVAL);
    RENAMED.put("ELECTION_TIMEOUT", Flag.PEER_ELECTION_TIMEOUT);
    RENAMED.put("LISTEN_CLIENT_URLS", Flag.BIND_ADDR);
    RENAMED.put("LISTEN_PEER_URLS", Flag.PEER_BIND_ADDR);
    RENAMED.put("ADVERTISE_CLIENT_URLS", Flag.ADDR);
    RENAMED.put("INITIAL_ADVERTISE_PEER_URLS", Flag.PEER_ADDR);
    RENAMED.put("INITIAL_CLUSTER", Flag.PEERS);
  }

  /** What Kubernetes sets for a service that is called etcd or understudy. */
  private static final Pattern OF_A_SERVICE =
      Pattern.compile("[A-Z]+_(?:SERVICE_(?:HOST|PORT)(?:_.*)?|PORT(?:_\\d+_.*)?)");

  private IgnoredVariables() {}

  /** A line for each, in the order of their names. Values may be secrets and are not shown. */
  public static List<String> of(Map<String, String> environment) {
    return new TreeSet<>(environment.keySet())
        .stream()
            .filter(name -> !environment.get(name).isEmpty())
            .filter(name -> !OF_A_SERVICE.matcher(name).matches())
            .map(IgnoredVariables::line)
            .flatMap(Optional::stream)
            .toList();
  }

  private static Optional<String> line(String name) {
    if (name.startsWith(ETCD)) {
      return Optional.of(
          name
              + " is ignored"
              + ours(name.substring(ETCD.length()))
                  .map(flag -> "; set " + flag.environmentVariable() + " or " + flag)
                  .orElse("; there is nothing like it here"));
    }
    return name.startsWith(OURS) && !known().contains(name) ? misspelt(name) : Optional.empty();
  }

  private static Optional<Flag> ours(String etcdName) {
    Optional<Flag> same =
        Arrays.stream(Flag.values())
            .filter(flag -> flag.environmentVariable().equals(OURS + etcdName))
            .findFirst();
    return same.isPresent() ? same : Optional.ofNullable(RENAMED.get(etcdName));
  }

  /** One that is far from every name of ours is somebody else's. */
  private static Optional<String> misspelt(String name) {
    String word = name.substring(OURS.length());
    Set<String> words =
        known().stream().map(each -> each.substring(OURS.length())).collect(Collectors.toSet());
    return NearestWord.to(word, words)
        .map(nearest -> name + " is ignored; did you mean " + OURS + nearest + "?");
  }

  private static Set<String> known() {
    return Arrays.stream(Flag.values())
        .map(Flag::environmentVariable)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toSet());
  }
}
