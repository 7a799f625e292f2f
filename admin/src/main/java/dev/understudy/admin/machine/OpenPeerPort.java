package dev.understudy.admin.machine;

import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.MachineOptions;
import java.net.InetSocketAddress;
import java.util.Optional;

/** A peer port that others reach, and that asks nobody for proof. */
final class OpenPeerPort {
  private OpenPeerPort() {}

  /**
   * What is open then, for whoever did not mean to open it; empty for a machine that knows its
   * peers or is reached from its own host alone. Looks up the host's name, which may block.
   */
  static Optional<String> warning(MachineOptions options) {
    HostPort bound = options.peerBindAddress();
    InetSocketAddress address = new InetSocketAddress(bound.host(), bound.port());
    if (options.security().knowsPeers()
        || address.isUnresolved() // then it cannot be opened either
        || address.getAddress().isLoopbackAddress()) {
      return Optional.empty();
    }
    return Optional.of(
        "whoever reaches the peer port "
            + bound
            + " can read and change everything and speak in a member's name: give machines"
            + " certificates (--peer-cert-file, --peer-key-file, --peer-ca-file) or a secret"
            + " (--cluster-secret-file)");
  }
}
