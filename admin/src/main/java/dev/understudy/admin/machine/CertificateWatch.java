package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.tls.LiveTls;
import dev.understudy.clusterconfig.tls.TlsException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the certificates of a machine again when their files change or an operator says so, and
 * warns before they expire. One call at a time; reading blocks for a moment.
 */
final class CertificateWatch {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

  static final long WARNING_DAYS = 30;
  private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

  private final List<Watched> all = new ArrayList<>();
  private final LongSupplier wallMillis;

  /** The certificates of one kind. */
  private static final class Watched {
    private final String what;
    private final LiveTls live;

    /** Why the files could not be used the last time; empty when they could. */
    private String refusal = "";

    private boolean hasWarned;
    private long nextWarningMillis;

    Watched(String what, LiveTls live) {
      this.what = what;
      this.live = live;
    }
  }

  /**
   * @param wallMillis since the epoch
   */
  CertificateWatch(LongSupplier wallMillis) {
    this.wallMillis = wallMillis;
  }

  void add(String what, Optional<LiveTls> live) {
    live.ifPresent(tls -> all.add(new Watched(what, tls)));
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /**
   * Looks whether files have changed. A certificate and its key are two files, which nobody can
   * replace at once: what cannot be used is refused only when it is still there the next time.
   */
  synchronized void look() {
    all.forEach(watched -> look(watched, false));
  }

  /** The same because somebody asks for it, who gets an answer in the log. */
  synchronized void reload() {
    if (all.isEmpty()) {
      LOG.info("SIGHUP: there are no certificates to read again");
    }
    all.forEach(watched -> look(watched, true));
  }

  private void look(Watched watched, boolean asked) {
    try {
      if (watched.live.reload()) {
        LOG.info("new certificates for {}: {}", watched.what, watched.live);
        watched.nextWarningMillis = 0;
      } else if (asked) {
        LOG.info("certificates for {} have not changed", watched.what);
      }
      watched.refusal = "";
    } catch (TlsException e) {
      refuse(watched, e.getMessage(), asked);
    }
    warnOfExpiry(watched);
  }

  private static void refuse(Watched watched, String why, boolean asked) {
    boolean stays = why.equals(watched.refusal);
    watched.hasWarned &= stays;
    watched.refusal = why;
    if (asked || stays && !watched.hasWarned) {
      watched.hasWarned = true;
      LOG.warn("new certificates for {} are refused, the old ones stay: {}", watched.what, why);
    }
  }

  /** Once a day. */
  private void warnOfExpiry(Watched watched) {
    Optional<Date> expiry = watched.live.expiry();
    long now = wallMillis.getAsLong();
    if (expiry.isEmpty() || now < watched.nextWarningMillis) {
      return;
    }
    long leftMillis = expiry.get().getTime() - now;
    if (leftMillis <= 0) {
      LOG.warn("a certificate for {} has expired: {}", watched.what, at(expiry.get()));
    } else if (leftMillis < WARNING_DAYS * DAY_MILLIS) {
      LOG.warn(
          "a certificate for {} expires in {} days: {}",
          watched.what,
          leftMillis / DAY_MILLIS,
          at(expiry.get()));
    }
    watched.nextWarningMillis = now + DAY_MILLIS;
  }

  private static Instant at(Date date) {
    return date.toInstant();
  }
}
