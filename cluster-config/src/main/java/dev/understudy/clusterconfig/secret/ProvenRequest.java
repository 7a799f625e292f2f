package dev.understudy.clusterconfig.secret;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What of a request a caller's proof covers.
 *
 * @param target path and query as sent
 * @param headers those that are ours, by their names in small letters
 */
public record ProvenRequest(String method, String target, Map<String, String> headers) {
  private static final Set<String> OF_PROOFS =
      Set.of(
          ClusterSecret.CHALLENGE.toLowerCase(Locale.ROOT),
          ClusterSecret.NONCE.toLowerCase(Locale.ROOT),
          ClusterSecret.PROOF.toLowerCase(Locale.ROOT));

  /** Takes out of all headers those that are covered. */
  public ProvenRequest {
    Map<String, String> covered = new TreeMap<>();
    headers.forEach(
        (name, value) -> {
          String small = name.toLowerCase(Locale.ROOT);
          if (isOurs(small) && !OF_PROOFS.contains(small)) {
            covered.put(small, value);
          }
        });
    headers = Map.copyOf(covered);
  }

  private static boolean isOurs(String name) {
    return name.startsWith("understudy-") || name.startsWith("x-understudy-");
  }

  List<String> parts(String nonce) {
    List<String> parts = new ArrayList<>(List.of("caller", nonce, method, target));
    new TreeMap<>(headers).forEach((name, value) -> parts.addAll(List.of(name, value)));
    return parts;
  }
}
