package dev.understudy.admin.imports;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an etcd names keys in order. All write the index of their creation; etcd 2.2 was the first to
 * pad it to 20 digits. Which one a log was written by is told by the version of its cluster, which
 * etcd has written down since 2.1. An etcd that was changed for a newer one has done its log again
 * as that one does, so it is the last version that counts.
 */
enum InOrderNaming {
  PLAIN,
  PADDED;

  private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})\\..*");
  private static final int FIRST_MAJOR = 2;
  private static final int FIRST_MINOR = 2;

  /**
   * That of a cluster.
   *
   * @param version as etcd writes it down; empty where it does not
   */
  static InOrderNaming of(Optional<String> version) {
    Matcher numbers = VERSION.matcher(version.orElse(""));
    if (!numbers.matches()) {
      return PLAIN;
    }
    int major = Integer.parseInt(numbers.group(1));
    boolean padded =
        major > FIRST_MAJOR
            || major == FIRST_MAJOR && Integer.parseInt(numbers.group(2)) >= FIRST_MINOR;
    return padded ? PADDED : PLAIN;
  }
}
