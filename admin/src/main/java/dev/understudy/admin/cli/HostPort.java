package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.Host;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place on the network, in its one spelling.
 *
 * @param host a name or an address as {@link Host} writes it; an IPv6 address without its brackets
 * @param port 1 to 65535
 * @param isTls whether it speaks HTTPS
 */
public record HostPort(String host, int port, boolean isTls) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(https?)://)?(?:\\[([0-9a-f:.]+)]|([^/:\\[\\]@]*))(?::([1-9]\\d{0,4}))?/?",
          Pattern.CASE_INSENSITIVE);

  /** An IPv6 address without brackets, of which nobody can say where its port begins. */
  private static final Pattern BARE_IPV6 =
      Pattern.compile("(?:https?://)?[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*/?", Pattern.CASE_INSENSITIVE);

  public HostPort {
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("no place on the network: " + host + ":" + port);
    }
  }

  /** A place that speaks HTTP. */
  public HostPort(String host, int port) {
    this(host, port, false);
  }

  /** The same as {@link #parse(String, String, boolean)}, where HTTP is what is usual. */
  static HostPort parse(String option, String text) throws UsageException {
    return parse(option, text, false);
  }

  /**
   * Reads {@code host:port}, {@code [v6]:port}, or either behind {@code http://} or {@code
   * https://}.
   *
   * @param option what is read, for the message
   * @param usuallyTls what it speaks if the text does not say
   */
  static HostPort parse(String option, String text, boolean usuallyTls) throws UsageException {
    Matcher matcher = matched(option, text);
    if (matcher.group(4) == null || hostIn(matcher).isEmpty()) {
      throw unreadable(option, text);
    }
    return of(option, text, hostIn(matcher), matcher.group(4), isTls(matcher, usuallyTls));
  }

  /** The same, where host or port may be left out and are taken from another place then. */
  static HostPort parse(String option, String text, HostPort otherwise) throws UsageException {
    Matcher matcher = matched(option, text);
    String host = hostIn(matcher);
    String port = matcher.group(4);
    return of(
        option,
        text,
        host.isEmpty() ? otherwise.host() : host,
        port == null ? Integer.toString(otherwise.port()) : port,
        isTls(matcher, otherwise.isTls()));
  }

  private static Matcher matched(String option, String text) throws UsageException {
    Matcher matcher = FORM.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw unreadable(option, text);
    }
    return matcher;
  }

  private static UsageException unreadable(String option, String text) {
    String brackets =
        BARE_IPV6.matcher(text).matches() ? "; an IPv6 address needs brackets: [::1]:2379" : "";
    return new UsageException(option + " needs HOST:PORT, not \"" + text + "\"" + brackets);
  }

  private static String hostIn(Matcher matcher) {
    return matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
  }

  private static boolean isTls(Matcher matcher, boolean otherwise) {
    return matcher.group(1) == null ? otherwise : matcher.group(1).equalsIgnoreCase("https");
  }

  private static HostPort of(
      String option, String text, String host, String portText, boolean isTls)
      throws UsageException {
    int port = Integer.parseInt(portText);
    if (port > 65_535) {
      throw unreadable(option, text);
    }
    try {
      return new HostPort(Host.parse(host).text(), port, isTls);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          option + " needs HOST:PORT, not \"" + text + "\": " + e.getMessage());
    }
  }

  /** Whether it means every address of a machine, which is no place to send anybody to. */
  boolean isWildcard() {
    return new Host(host).isWildcard();
  }

  /** Whether only processes of its own host reach it. */
  public boolean isLoopback() {
    return new Host(host).isLoopback();
  }

  /** Whether it is the same place, whatever is spoken there. */
  boolean isAt(HostPort other) {
    return host.equals(other.host) && port == other.port;
  }

  /** {@code http://host:port}, or {@code https://host:port}. */
  public String url() {
    return (isTls ? "https://" : "http://") + this;
  }

  /** {@code host:port}. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
