package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.Host;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place on the network, in its one spelling.
 *
 * @param host a name or an address as {@link Host} writes it; an IPv6 address without its brackets
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:http://)?(?:\\[([0-9a-f:.]+)]|([^/:\\[\\]@]*))(?::([1-9]\\d{0,4}))?/?",
          Pattern.CASE_INSENSITIVE);

  public HostPort {
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("no place on the network: " + host + ":" + port);
    }
  }

  /**
   * Reads {@code host:port}, {@code [v6]:port}, or either behind {@code http://}.
   *
   * @param option what is read, for the message
   */
  static HostPort parse(String option, String text) throws UsageException {
    Matcher matcher = matched(option, text);
    if (matcher.group(3) == null || hostIn(matcher).isEmpty()) {
      throw unreadable(option, text);
    }
    return of(option, text, hostIn(matcher), matcher.group(3));
  }

  /** The same, where host or port may be left out and are taken from another place then. */
  static HostPort parse(String option, String text, HostPort otherwise) throws UsageException {
    Matcher matcher = matched(option, text);
    String host = hostIn(matcher);
    String port = matcher.group(3);
    return of(
        option,
        text,
        host.isEmpty() ? otherwise.host() : host,
        port == null ? Integer.toString(otherwise.port()) : port);
  }

  private static Matcher matched(String option, String text) throws UsageException {
    Matcher matcher = FORM.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw unreadable(option, text);
    }
    return matcher;
  }

  private static UsageException unreadable(String option, String text) {
    return new UsageException(option + " needs HOST:PORT, not \"" + text + "\"");
  }

  private static String hostIn(Matcher matcher) {
    return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
  }

  private static HostPort of(String option, String text, String host, String portText)
      throws UsageException {
    int port = Integer.parseInt(portText);
    if (port > 65_535) {
      throw unreadable(option, text);
    }
    try {
      return new HostPort(Host.parse(host).text(), port);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          option + " needs HOST:PORT, not \"" + text + "\": " + e.getMessage());
    }
  }

  /** Whether it means every address of a machine, which is no place to send anybody to. */
  boolean isWildcard() {
    return new Host(host).isWildcard();
  }

  /** {@code http://host:port}. */
  public String url() {
    return "http://" + this;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
