package dev.understudy.admin;

import java.security.Security;

/**
 * For how long Java keeps what a host name means. By default that is half a minute, and ten seconds
 * for a name that was not found: longer than an election, and than many a remove delay. Names are
 * looked up for new connections only, of which machines have few.
 */
final class NameCache {
  private static final String TTL = "networkaddress.cache.ttl";
  private static final String NEGATIVE_TTL = "networkaddress.cache.negative.ttl";
  private static final String SHORT_SECONDS = "1";

  /** As Java's own file of security properties has it, so that nobody has chosen it. */
  private static final String NEGATIVE_DEFAULT_SECONDS = "10";

  private NameCache() {}

  /**
   * Shortens both, unless whoever started this virtual machine has chosen them. Has an effect only
   * before the first name is looked up.
   */
  static void shorten() {
    if (Security.getProperty(TTL) == null && System.getProperty("sun.net.inetaddr.ttl") == null) {
      Security.setProperty(TTL, SHORT_SECONDS);
    }
    String negative = Security.getProperty(NEGATIVE_TTL);
    boolean chosen = System.getProperty("sun.net.inetaddr.negative.ttl") != null;
    if (negative == null ? !chosen : negative.equals(NEGATIVE_DEFAULT_SECONDS)) {
      Security.setProperty(NEGATIVE_TTL, SHORT_SECONDS);
    }
  }
}
