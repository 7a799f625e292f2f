package dev.understudy.transport;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Where members were found that the cluster's records put elsewhere: machines that all came back at
 * new addresses could not elect the leader who would correct the records. Not safe for several
 * threads.
 */
public final class FoundAddresses {
  private record Found(URI url, URI instead) {}

  private final Map<Long, Found> found = new HashMap<>();

  /**
   * A member was found.
   *
   * @param recorded where the records put it; null when they do not know it, which changes nothing
   */
  public void found(long member, URI url, URI recorded) {
    if (url.equals(recorded) || recorded == null) {
      found.remove(member);
    } else {
      found.put(member, new Found(url, recorded));
    }
  }

  /**
   * Where a member is to be reached.
   *
   * @param recorded where the records put it now; a new record ends what was found before. May be
   *     null, for a member that is no more
   */
  public URI over(long member, URI recorded) {
    Found known = found.get(member);
    if (known == null) {
      return recorded;
    }
    if (!known.instead().equals(recorded)) {
      found.remove(member);
      return recorded;
    }
    return known.url();
  }

  /** Forgets what was found of all others. */
  void retain(Set<Long> members) {
    found.keySet().retainAll(members);
  }
}
