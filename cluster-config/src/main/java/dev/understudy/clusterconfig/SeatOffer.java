package dev.understudy.clusterconfig;

import java.util.Objects;

/**
 * What the leader says to a standby that syncs, in the header {@link #HEADER} of its answer:
 * whether an open seat is meant for that one.
 */
public enum SeatOffer {
  /** An open seat is meant for this standby. */
  OFFERED("offered"),
  /** There is no open seat, or it is meant for another standby. */
  WITHHELD("withheld"),
  /** The answering peer said nothing: it does not lead, or knows nothing of offers. */
  UNSTATED("");

  /** The name of the header. */
  public static final String HEADER = "X-Understudy-Seat";

  private final String word;

  SeatOffer(String word) {
    this.word = word;
  }

  /** The value of the header; for {@link #UNSTATED} the header is left out. */
  public String toHeader() {
    return word;
  }

  /** Reads the header, which may be absent. */
  public static SeatOffer fromHeader(String valueOrNull) {
    String value = Objects.requireNonNullElse(valueOrNull, "");
    return value.equals(OFFERED.word) ? OFFERED : value.equals(WITHHELD.word) ? WITHHELD : UNSTATED;
  }
}
