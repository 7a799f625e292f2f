/**
 * Sessions, and entries that they may hold: what Consul calls sessions and its key/value store.
 *
 * <p>Read {@link dev.understudy.locks.LockSpace}, then {@code Steps} and {@code EntryWriter}, which
 * hold all rules; {@link dev.understudy.locks.LockTables} for what can be asked.
 *
 * <h2>What is always true</h2>
 *
 * <ul>
 *   <li>An entry is held by one session at most, and by none that has ended: both change in one
 *       transaction of the tables.
 *   <li>An entry's lock index counts how often it was taken. While an entry is there it never
 *       falls, and it rises whenever the entry goes to another holder, so it may be shown to third
 *       parties as a fencing token.
 *   <li>When a session ends, by its client or by its time, what it held may not be taken for its
 *       lock delay. That is a row as well, in cluster time: Consul keeps it in the memory of each
 *       server and forgets it when the leader changes.
 *   <li>Nothing here asks for the time or lets it pass. That a session has not been renewed is for
 *       the leader to know; here it is ended, like any other.
 * </ul>
 *
 * <p>A plain write or delete pays no attention to who holds an entry: locks are among those who
 * ask.
 *
 * <p>Indexes are those of the log. An answer's index is that of its newest entry or, if that is
 * later, of the last deletion anywhere in the table: it never falls, and who waits with it misses
 * nothing, but may be answered once without need after somebody else's deletion.
 */
package dev.understudy.locks;
