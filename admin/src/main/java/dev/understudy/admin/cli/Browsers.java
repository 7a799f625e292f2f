package dev.understudy.admin.cli;

import java.util.Set;

/**
 * Which web pages get something done on this machine's ports.
 *
 * @param origins whose pages may use the client port; empty: of no other than its own
 * @param hosts that the ports may be asked for by besides what they are known as; empty: what
 *     follows from where they listen
 */
public record Browsers(Set<String> origins, Set<String> hosts) {
  /** What a machine does that was told nothing. */
  public static final Browsers DEFAULT = new Browsers(Set.of(), Set.of());

  public Browsers {
    origins = Set.copyOf(origins);
    hosts = Set.copyOf(hosts);
  }
}
