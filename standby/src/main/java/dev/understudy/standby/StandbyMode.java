package dev.understudy.standby;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a standby does with what clients ask of the cluster. */
public enum StandbyMode {
  /** Sends them to the leader. */
  REDIRECT,

  /** Asks the leader for them, for clients that do not follow redirects. */
  PROXY,

  /**
   * Holds the data: answers reads and watches itself, and takes a seat without copying anything
   * first.
   */
  REPLICA;

  /** As an operator writes it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The mode of that word. */
  public static Optional<StandbyMode> of(String word) {
    return Arrays.stream(values()).filter(mode -> mode.word().equals(word)).findFirst();
  }

  /** All words, for a message. */
  public static String words() {
    return Arrays.stream(values()).map(StandbyMode::word).collect(Collectors.joining(", "));
  }
}
