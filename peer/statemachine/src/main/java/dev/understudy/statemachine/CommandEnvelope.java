package dev.understudy.statemachine;

import java.util.Objects;

/**
 * A command as it stands in the log.
 *
 * @param proposer a random number of one life of one peer; 0 for what nobody waits for
 * @param sequence the proposer's number for the command
 * @param clusterTimeMillis the leader's cluster time in milliseconds since the epoch; 0 before the
 *     leader has stamped it
 * @param command what is applied
 */
public record CommandEnvelope(
    long proposer, long sequence, long clusterTimeMillis, Command<?> command) {
  public CommandEnvelope {
    Objects.requireNonNull(command);
  }

  /** A command that is in the log from its beginning. */
  public static CommandEnvelope founding(long clusterTimeMillis, Command<?> command) {
    return new CommandEnvelope(0, 0, clusterTimeMillis, command);
  }
}
