package dev.understudy.admin.cli;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** How a value of etcd's is written for our option of the same meaning. */
enum EtcdValue {
  /** The same. */
  AS_IT_IS,

  /** A list of URLs to listen on: a machine listens on one place for each kind of caller. */
  ONLY_URL,

  /** A list of URLs to tell others: one is told. */
  FIRST_URL,

  /** {@code name=URL,name=URL}: the URLs. */
  CLUSTER;

  /**
   * Writes it our way.
   *
   * @param as how it was given, for messages
   * @param remarks takes a line about what is left out
   */
  String ours(String as, String value, Consumer<String> remarks) throws UsageException {
    List<String> parts = Arrays.stream(value.split(",")).map(String::strip).toList();
    return switch (this) {
      case AS_IT_IS -> value;
      case ONLY_URL -> {
        if (parts.size() > 1) {
          throw new UsageException(
              as
                  + " names "
                  + parts.size()
                  + " places, and a machine listens on one: give that, perhaps 0.0.0.0:PORT");
        }
        yield withoutSlash(value);
      }
      case FIRST_URL -> {
        if (parts.size() > 1) {
          remarks.accept(as + " names " + parts.size() + " places: others are told the first");
        }
        yield withoutSlash(parts.get(0));
      }
      case CLUSTER -> urls(as, parts);
    };
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private static String urls(String as, List<String> members) throws UsageException {
    StringBuilder urls = new StringBuilder();
    for (String member : members) {
      int equals = member.indexOf('=');
      if (equals < 1) {
        throw new UsageException(as + " needs NAME=URL,NAME=URL, not \"" + member + "\"");
      }
      urls.append(urls.isEmpty() ? "" : ",").append(member, equals + 1, member.length());
    }
    return urls.toString();
  }
}
