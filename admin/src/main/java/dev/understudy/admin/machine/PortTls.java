package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.tls.LiveTls;

/**
 * How a port speaks TLS.
 *
 * @param allowsPlain whether it takes plain connections, too
 */
record PortTls(LiveTls live, boolean allowsPlain) {}
