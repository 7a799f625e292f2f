package dev.understudy.clusterconfig.secret;

import java.util.Objects;

/**
 * How machines know each other by a secret.
 *
 * @param isOptional whether those are taken for machines of the cluster, too, that prove nothing;
 *     while a running cluster is given a secret, machine by machine
 */
public record ProofBySecret(ClusterSecret secret, boolean isOptional) {
  public ProofBySecret {
    Objects.requireNonNull(secret);
  }
}
