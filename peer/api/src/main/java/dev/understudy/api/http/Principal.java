package dev.understudy.api.http;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Who sends a request.
 *
 * @param name as an operator knows it; of one who was not believed, the name that was claimed
 */
public record Principal(String name, Standing standing) {
  /** What is known of a principal. */
  public enum Standing {
    /** Nobody is asked. */
    ANYONE,
    /** Said nothing of itself. */
    GUEST,
    /** Has proved its name by a password. */
    USER,
    /** Has proved its name by a certificate, which cannot be passed on. */
    CERTIFIED,
    /** Could not prove what it said. */
    REFUSED,
    /** Was not heard, because too much was refused before. */
    LIMITED,
    /** Was not heard, because too many others are being heard. */
    BUSY
  }

  /** Anybody who reaches the port, while nobody is asked. */
  public static final Principal ANYONE = new Principal("anyone", Standing.ANYONE);

  /** Somebody who says nothing of itself. */
  public static final Principal GUEST = new Principal("guest", Standing.GUEST);

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  static final CompletableFuture<Principal> FOUND_ANYONE =
      CompletableFuture.completedFuture(ANYONE);

  public Principal {
    Objects.requireNonNull(name);
    Objects.requireNonNull(standing);
  }

  /** Whose certificate has its name. */
  public static Principal certified(String name) {
    return new Principal(name, Standing.CERTIFIED);
  }

  /** Who has proved its name. */
  public static Principal user(String name) {
    return new Principal(name, Standing.USER);
  }

  /** Who could not prove what it said. */
  public static Principal refused(String claimedName) {
    return new Principal(claimedName, Standing.REFUSED);
  }

  /** Who was not heard. */
  public static Principal limited(String claimedName) {
    return new Principal(claimedName, Standing.LIMITED);
  }

  /** Who was not heard beside others. */
  public static Principal busy(String claimedName) {
    return new Principal(claimedName, Standing.BUSY);
  }

  /** Whether it was heard; if not, it may be later. */
  public boolean wasHeard() {
    return standing != Standing.LIMITED && standing != Standing.BUSY;
  }

  /**
   * The status of an answer that refuses what was asked for.
   *
   * @param usual where it was heard
   */
  public int refusalStatus(int usual) {
    return switch (standing) {
      case LIMITED -> TOO_MANY_REQUESTS;
      case BUSY -> UNAVAILABLE;
      default -> usual;
    };
  }
}
