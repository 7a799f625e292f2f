package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.tls.Tls;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A command for a running cluster, and how it is to be carried there.
 *
 * @param endpoints client or peer ports of its machines, in the order in which they are tried
 * @param json whether the answer is printed as JSON
 * @param timeoutMillis how long one machine may take to answer
 * @param tls how it speaks to {@code https} URLs
 * @param secretFile holds the secret by which machines know each other
 * @param login who it is to those that ask
 */
public record OperatorCall(
    OperatorCommand command,
    List<HostPort> endpoints,
    boolean json,
    int timeoutMillis,
    Tls tls,
    Optional<Path> secretFile,
    Optional<Login> login) {
  public OperatorCall {
    Objects.requireNonNull(tls);
    Objects.requireNonNull(secretFile);
    Objects.requireNonNull(login);
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("--endpoints names nobody");
    }
  }
}
