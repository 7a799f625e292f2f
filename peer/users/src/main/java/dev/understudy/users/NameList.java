package dev.understudy.users;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Names or patterns in the order that they were given. One that was never given is told from an
 * empty one, because the answers of etcd tell them apart.
 *
 * @param given false only without names
 */
public record NameList(boolean given, List<String> names) {
  /** One that was never given. */
  public static final NameList ABSENT = new NameList(false, List.of());

  public NameList {
    names = List.copyOf(names);
    if (!given && !names.isEmpty()) {
      throw new IllegalArgumentException("names that were not given: " + names);
    }
  }

  /** One that was given. */
  public static NameList of(Collection<String> names) {
    return new NameList(true, List.copyOf(names));
  }

  /** What is in both once, sorted. */
  static NameList sorted(TreeSet<String> names) {
    return of(names);
  }

  /** Whether it holds this one. */
  public boolean contains(String name) {
    return names.contains(name);
  }

  /** Whether there is nothing in it. */
  public boolean isEmpty() {
    return names.isEmpty();
  }
}
