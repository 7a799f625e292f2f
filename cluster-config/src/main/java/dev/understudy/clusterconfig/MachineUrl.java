package dev.understudy.clusterconfig;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where one port of a machine is reached, in its one spelling: {@code http://host:port}, without
 * the port where it is the scheme's usual one. Everything that names a machine passes through here
 * before it is compared, stored, dialled or sent to a client, so that two spellings of a place are
 * one.
 *
 * @param scheme {@code http} or {@code https}
 * @param host no wildcard
 * @param port 1 to 65535
 */
public record MachineUrl(String scheme, Host host, int port) {
  private static final int MAX_LENGTH = 300;
  private static final Pattern FORM =
      Pattern.compile(
          "(?<scheme>https?)://(?:\\[(?<v6>[^\\[\\]/]*)]|(?<name>[^\\[\\]/:]*))(?::(?<port>\\d*))?/?",
          Pattern.CASE_INSENSITIVE);

  /** A decimal number without leading zeros. */
  private static final Pattern PORT = Pattern.compile("[1-9]\\d{0,4}");

  public MachineUrl {
    Objects.requireNonNull(scheme);
    if (host.isWildcard()) {
      throw new IllegalArgumentException(host + " leads nowhere");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port is a number from 1 to 65535");
    }
  }

  /**
   * Reads a URL; a slash at its end does not matter.
   *
   * @throws IllegalArgumentException when it holds anything else; the message says what, in words
   *     for a user, and never repeats a password
   */
  public static MachineUrl parse(String text) {
    Matcher matcher = matched(text);
    if (matcher.group("port") == null) {
      throw new IllegalArgumentException("\"" + text + "\" has no port");
    }
    return read(matcher);
  }

  /** Reads a URL; empty where {@link #parse} throws. */
  public static Optional<MachineUrl> of(String text) {
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads a URL as an older version may have stored it: without the port, where it is the scheme's
   * usual one. Empty when it is none.
   */
  public static Optional<MachineUrl> ofStored(String text) {
    try {
      return Optional.of(read(matched(text)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The one spelling of a stored URL; what is none stays as it is, as older versions stored it. */
  public static String normal(String stored) {
    return of(stored).map(MachineUrl::toString).orElse(stored);
  }

  /** Whether two URLs, each perhaps as an older version has stored it, name the same place. */
  public static boolean same(String one, String other) {
    return one.equals(other) || ofStored(one).isPresent() && ofStored(one).equals(ofStored(other));
  }

  private static Matcher matched(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("longer than " + MAX_LENGTH + " characters");
    }
    refuseParts(text);
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is not http://HOST:PORT");
    }
    return matcher;
  }

  private static MachineUrl read(Matcher matcher) {
    String scheme = matcher.group("scheme").toLowerCase(Locale.ROOT);
    String v6 = matcher.group("v6");
    if (v6 != null && !v6.contains(":")) {
      throw new IllegalArgumentException(v6 + " is no IPv6 address");
    }
    Host host = Host.parse(v6 == null ? matcher.group("name") : v6);
    String port = matcher.group("port");
    return new MachineUrl(scheme, host, port == null ? usualPort(scheme) : port(port));
  }

  private static int usualPort(String scheme) {
    return scheme.equals("https") ? 443 : 80;
  }

  private static void refuseParts(String text) {
    if (text.contains("@")) {
      throw new IllegalArgumentException("a user or password has no place in a machine's URL");
    }
    if (text.contains("?") || text.contains("#")) {
      throw new IllegalArgumentException("\"" + text + "\" has a query or a fragment");
    }
  }

  private static int port(String text) {
    return PORT.matcher(text).matches() ? Integer.parseInt(text) : 0; // which is refused
  }

  /** The same as a {@link URI}, which always has a host. */
  public URI toUri() {
    return URI.create(toString());
  }

  /** {@code http://host:port}. */
  @Override
  public String toString() {
    return scheme + "://" + host.inUrl() + ":" + port;
  }
}
