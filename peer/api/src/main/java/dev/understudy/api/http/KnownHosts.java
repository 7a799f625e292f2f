package dev.understudy.api.http;

import dev.understudy.clusterconfig.HttpClusterClient;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * What a port may be asked for by. A page whose name was made to lead here (DNS rebinding) asks for
 * that name; it can choose neither that nor all of what else its browser says.
 *
 * @param names in lower case, without ports
 * @param others what becomes of requests for other names
 */
public record KnownHosts(Set<String> names, Others others) {
  /** Requests for a name that is not known. */
  public enum Others {
    /** Are refused, also where the name is an address. */
    REFUSED,
    /** Are taken from machines of the cluster and our own commands alone. */
    OF_MACHINES,
    /** Are taken but from browsers. */
    OF_PROGRAMS,
    /** Are taken. */
    TAKEN
  }

  /** Whatever it is asked for by. */
  public static final KnownHosts ANY = new KnownHosts(Set.of(), Others.TAKEN);

  /** Streams and snapshots between peers, which a page could not begin without saying so. */
  private static final String PEERS_PATH = "/raft/";

  public KnownHosts {
    names =
        names.stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Only these. */
  public static KnownHosts only(Set<String> names) {
    return new KnownHosts(names, Others.REFUSED);
  }

  /**
   * Whether a request is let in.
   *
   * @param host that it asks for, in lower case and bare
   */
  boolean letIn(String host, String path, HttpFields headers) {
    if (others == Others.TAKEN || names.contains(host)) {
      return true;
    }
    return switch (others) {
      case OF_MACHINES -> isAddress(host) || isOfMachine(path, headers);
      case OF_PROGRAMS -> isAddress(host) || !isOfBrowser(headers);
      default -> false;
    };
  }

  /** No name of anybody's leads to where an address does not. */
  private static boolean isAddress(String host) {
    return host.indexOf(':') >= 0
        || host.chars().allMatch(each -> each == '.' || each >= '0' && each <= '9');
  }

  private static boolean isOfMachine(String path, HttpFields headers) {
    String agent = headers.get(HttpHeader.USER_AGENT);
    boolean saysSo =
        path != null && path.startsWith(PEERS_PATH)
            || agent != null && agent.startsWith(HttpClusterClient.USER_AGENT);
    return saysSo && !isOfBrowser(headers);
  }

  /**
   * By what a page cannot keep its browser from sending. Some let it choose {@code User-Agent}, and
   * what {@code Accept-Language} says, but not whether it is sent. To places without TLS none sends
   * {@code Sec-Fetch-Mode}, and to those with TLS {@code Sec-Fetch-Site} as well: so a program that
   * sends languages and that mode alone, as Node's {@code fetch} does, is no browser. What {@code
   * Accept} says proves nothing: a page chooses it, and who types a command may ask for HTML.
   */
  private static boolean isOfBrowser(HttpFields headers) {
    String agent = headers.get(HttpHeader.USER_AGENT);
    return headers.contains(HttpHeader.ORIGIN)
        || headers.contains(HttpHeader.REFERER)
        || headers.contains("Sec-Fetch-Site")
        || agent != null && agent.startsWith("Mozilla/")
        || headers.contains(HttpHeader.ACCEPT_LANGUAGE) && !headers.contains("Sec-Fetch-Mode");
  }
}
