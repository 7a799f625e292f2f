package dev.understudy.admin.bench;

import dev.understudy.admin.cli.HostPort;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import tlschannel.ClientTlsChannel;

/** What lies over a socket: nothing, or TLS. */
@FunctionalInterface
interface Layer {
  Layer PLAIN = socket -> socket;

  ByteChannel over(SocketChannel socket);

  /**
   * What an endpoint speaks.
   *
   * @param context for those that speak TLS
   */
  static Layer of(HostPort endpoint, Optional<SSLContext> context) {
    return endpoint.isTls() ? socket -> secured(socket, endpoint, context.orElseThrow()) : PLAIN;
  }

  private static ByteChannel secured(SocketChannel socket, HostPort endpoint, SSLContext context) {
    SSLEngine engine = context.createSSLEngine(endpoint.host(), endpoint.port());
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return ClientTlsChannel.newBuilder(socket, engine).build();
  }
}
