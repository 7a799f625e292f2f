package dev.understudy.admin.discovery;

import dev.understudy.clusterconfig.MachineUrl;
import java.util.Optional;

/**
 * A machine at a token.
 *
 * @param name of the machine
 * @param peerUrl its peer URL
 */
public record Registration(String name, String peerUrl) {
  /** As etcd 2.x writes it. */
  String text() {
    return name + "=" + peerUrl;
  }

  /**
   * Reads what somebody has written: {@code name=URL}, of several URLs ({@code &name=URL}) the
   * first, or the URL alone as 0.4 has it.
   *
   * @param key the last part of its key, which is the name where no other is given
   * @return empty for what leads nowhere
   */
  static Optional<Registration> of(String key, String text) {
    String first = text.replaceFirst("(?s)&.*", "");
    int equals = first.indexOf('=');
    String name = equals < 0 ? key : first.substring(0, equals);
    return MachineUrl.of(first.substring(equals + 1))
        .map(url -> new Registration(name, url.toString()));
  }
}
