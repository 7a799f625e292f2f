package dev.understudy.clusterconfig;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * A machine with a seat, as it stands in the registry: in the key space at {@link #DIRECTORY}{@code
 * /<name>}, with the value {@code raft=<peerURL>&etcd=<clientURL>}, both percent-encoded.
 *
 * @param name the machine's name, unique in the cluster, never empty
 * @param peerUrl where the other machines reach it, like {@code http://10.0.0.1:2380}
 * @param clientUrl where clients reach it; empty when it was never said
 */
public record MachineRecord(String name, String peerUrl, String clientUrl) {
  /** The directory of the registry in the key space. */
  public static final String DIRECTORY = ClusterRecords.ROOT + "/machines";

  private static final int MAX_NAME_LENGTH = 128;

  public MachineRecord {
    Objects.requireNonNull(peerUrl);
    Objects.requireNonNull(clientUrl);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a machine needs a name");
    }
  }

  /**
   * Whether a machine may be called that: up to 128 characters that are neither blank nor a control
   * character nor a slash, and no underscore or dot in front, since the name becomes a key of the
   * registry and part of a path. U+FFFD and half characters show that a name was garbled on its way
   * here, so that another name may look the same.
   */
  public static boolean isValidName(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_NAME_LENGTH
        && name.charAt(0) != '_'
        && name.charAt(0) != '.'
        && name.codePoints()
            .noneMatch(
                c ->
                    c == '/'
                        || c == 0xFFFD
                        || Character.getType(c) == Character.SURROGATE
                        || Character.isWhitespace(c)
                        || Character.isISOControl(c));
  }

  /** Where the record stands in the key space. */
  public String key() {
    return DIRECTORY + "/" + name;
  }

  /** The value in the key space. */
  public String toValue() {
    return "raft=" + UrlText.inForm(peerUrl) + "&etcd=" + UrlText.inForm(clientUrl);
  }

  /**
   * Reads a value of the key space, tolerantly: fields in any order, unknown ones skipped, encoded
   * or not.
   *
   * @return empty when there is no peer URL in it
   */
  public static Optional<MachineRecord> fromValue(String name, String value) {
    String peerUrl = field(value, "raft");
    if (name.isEmpty() || peerUrl.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new MachineRecord(name, peerUrl, field(value, "etcd")));
  }

  /** The record with both URLs in their one spelling; empty when one of them is no machine's. */
  Optional<MachineRecord> normal() {
    Optional<MachineUrl> peer = MachineUrl.of(peerUrl);
    Optional<MachineUrl> client = MachineUrl.of(clientUrl);
    return peer.isPresent() && (client.isPresent() || clientUrl.isEmpty())
        ? Optional.of(
            new MachineRecord(
                name, peer.get().toString(), client.map(MachineUrl::toString).orElse("")))
        : Optional.empty();
  }

  /** The first field of that name, decoded; empty when there is none. */
  static String field(String value, String name) {
    // Thousands of standbys say this of themselves with every sync.
    for (int start = 0; start < value.length(); ) {
      int next = value.indexOf('&', start);
      int end = next < 0 ? value.length() : next;
      int equals = start + name.length();
      if (equals < end && value.charAt(equals) == '=' && value.startsWith(name, start)) {
        return decoded(value.substring(equals + 1, end));
      }
      start = end + 1;
    }
    return "";
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // written by hand, with a bare percent sign
    }
  }
}
