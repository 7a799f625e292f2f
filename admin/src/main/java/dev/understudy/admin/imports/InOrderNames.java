package dev.understudy.admin.imports;

import java.util.Collection;
import java.util.regex.Pattern;

/** The names of keys that were made in order: the index of their creation, in 20 digits. */
final class InOrderNames {
  private static final Pattern NAME = Pattern.compile("00\\d{18}");

  private InOrderNames() {}

  /** How many paths end in such a name with an index above one. */
  static long above(long index, Collection<String> paths) {
    return paths.stream()
        .map(path -> path.substring(path.lastIndexOf('/') + 1))
        .filter(name -> NAME.matcher(name).matches() && Long.parseLong(name) > index)
        .count();
  }
}
