package dev.understudy.admin.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Variables of the environment that look as if they were for a machine and are not read: those that
 * begin as etcd's do and are in none of its versions that we know, and our own when they are
 * misspelt.
 */
public final class IgnoredVariables {
  private static final String ETCD = "ETCD_";
  private static final String OURS = "UNDERSTUDY_";

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
      return EtcdOption.ALL.stream().anyMatch(option -> option.variable().equals(name))
          ? Optional.empty() // read, or refused
          : Optional.of(name + " is ignored; there is nothing like it here");
    }
    return name.startsWith(OURS) && !known().contains(name)
        ? renamed(name).or(() -> misspelt(name))
        : Optional.empty();
  }

  /** One that etcd calls so and we do not. */
  private static Optional<String> renamed(String name) {
    String etcds = ETCD + name.substring(OURS.length());
    return EtcdOption.ALL.stream()
        .filter(option -> option.variable().equals(etcds))
        .map(EtcdOption::fate)
        .filter(EtcdOption.Taken.class::isInstance)
        .map(fate -> ((EtcdOption.Taken) fate).flag().environmentVariable())
        .map(ours -> name + " is ignored; set " + ours + " or " + etcds)
        .findFirst();
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
