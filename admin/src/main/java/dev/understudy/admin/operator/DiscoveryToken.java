package dev.understudy.admin.operator;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A directory in which machines of one new cluster find each other.
 *
 * @param path of the directory in the API
 */
record DiscoveryToken(String path) {
  /** As long as etcd's: whoever can guess it can join. */
  private static final int BYTES = 16;

  /** Hidden, so that listings of the root do not show it. */
  private static final String PARENT = "/v2/keys/_discovery/";

  static DiscoveryToken random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return new DiscoveryToken(PARENT + HexFormat.of().formatHex(bytes));
  }
}
