package dev.understudy.raft;

import java.util.List;

/**
 * How a group begins: a log whose first entry makes its founder a voter, committed from the start.
 * The founder makes both durable and then starts its core as after any restart; so the log holds
 * the whole membership from index 1.
 *
 * @param hardState to be made durable
 * @param entries to be made durable
 */
public record Bootstrap(HardState hardState, List<Entry> entries) {
  private static final long FIRST_TERM = 1;

  public Bootstrap {
    entries = List.copyOf(entries);
  }

  /**
   * Founds a group of one member.
   *
   * @param founder its id
   * @param context a command of the application that is applied together with the change
   */
  public static Bootstrap of(long founder, byte[] context) {
    ConfChange change = ConfChange.single(ConfChange.StepType.ADD_VOTER, founder, context);
    Entry entry = new Entry(FIRST_TERM, 1, new Payload.Change(change));
    return new Bootstrap(new HardState(FIRST_TERM, 0, 1), List.of(entry));
  }
}
