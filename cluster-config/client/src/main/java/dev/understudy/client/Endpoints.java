package dev.understudy.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The machines that a client knows, and which of them is asked first: where the last redirect led,
 * else the one that answered last. Any thread.
 */
final class Endpoints {
  private final List<URI> given;
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicReference<URI> leader = new AtomicReference<>();

  /**
   * @throws IllegalArgumentException if there is none, or one is no {@code http://HOST:PORT} or
   *     {@code https://HOST:PORT}
   */
  Endpoints(List<String> urls) {
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("a client needs an endpoint at least");
    }
    given = urls.stream().map(Endpoints::parsed).toList();
  }

  private static URI parsed(String url) {
    try {
      URI uri = new URI(url.replaceFirst("/+$", ""));
      boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (isHttp && uri.getHost() != null && uri.getPath().isEmpty() && uri.getQuery() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("an endpoint is http://HOST:PORT, not " + url, e);
    }
    throw new IllegalArgumentException("an endpoint is http://HOST:PORT, not " + url);
  }

  int count() {
    return given.size();
  }

  URI first() {
    URI known = leader.get();
    return known != null ? known : given.get(Math.floorMod(turn.get(), given.size()));
  }

  /** It did not answer, or does not know who leads: the next one is asked from now on. */
  void failed(URI machine) {
    if (!leader.compareAndSet(machine, null)) {
      int now = turn.get();
      if (given.get(Math.floorMod(now, given.size())).equals(machine)) {
        turn.compareAndSet(now, now + 1);
      }
    }
  }

  /** A redirect has led to it, and it has answered. */
  void leads(URI machine) {
    leader.set(machine);
  }

  /** Whether what is said to one machine may be said to where it sends its clients. */
  static boolean mayFollow(URI from, URI to) {
    boolean isHttp = "http".equals(to.getScheme()) || "https".equals(to.getScheme());
    boolean downgrade = "https".equals(from.getScheme()) && !"https".equals(to.getScheme());
    return isHttp && to.getHost() != null && !downgrade;
  }
}
