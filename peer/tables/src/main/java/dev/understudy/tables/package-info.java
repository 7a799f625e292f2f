/**
 * Typed, indexed, immutable tables with watches.
 *
 * <p>Read {@link dev.understudy.tables.Table} and {@link dev.understudy.tables.Index}, by which a
 * table is defined; {@link dev.understudy.tables.Tables}, {@link dev.understudy.tables.Transaction}
 * and {@link dev.understudy.tables.Snapshot}, by which it is written and read; and {@link
 * dev.understudy.tables.Read}, a question that can be watched.
 *
 * <pre>{@code
 * static final Unique<Session, SessionId> BY_ID = Index.unique("id", Session::id);
 * static final Group<Session, String> BY_NODE = Index.group("node", Session::node);
 * static final Table<Session> SESSIONS = Table.of("sessions", BY_ID, BY_NODE);
 *
 * Tables tables = Tables.of(SESSIONS);
 * Transaction change = tables.begin();
 * change.put(SESSIONS, session);
 * change.commit();
 * tables.current().rows(SESSIONS).get(BY_ID, session.id());
 * tables.watch(Read.all(SESSIONS, BY_NODE, "n1"), () -> …);
 * }</pre>
 *
 * <h2>What is always true</h2>
 *
 * <ul>
 *   <li>An index is asked for what it is by, of a table that has such rows, or the compiler
 *       refuses. HashiCorp's memdb, which this follows in everything else, takes names of indexes
 *       and arguments of any type, and says at run time what was wrong.
 *   <li>A snapshot never changes, and taking one is reading a field. What it shares with its
 *       predecessor is all but the paths to what was changed.
 *   <li>A transaction is visible as a whole or not at all; each unique index has each key once.
 *   <li>All orders are those of keys, never of hashes: equal rows are listed alike on every
 *       machine.
 *   <li>A watch fires at the first commit after its {@link dev.understudy.tables.Watch#answer} that
 *       changes a row which has, or had, what was asked for; at nothing else but {@link
 *       dev.understudy.tables.Tables#restore}; once, and none is kept behind that. Beginning one
 *       and reading the answer are one step under the lock that publishes, so that no change falls
 *       between them.
 * </ul>
 *
 * <h2>How it is built</h2>
 *
 * <p>Each index is a {@code TreePMap} of PCollections, of rows or of the rows with that key by
 * their primary key. A row is put in time that grows with the logarithm of the table, once for each
 * index. Watches are not part of the maps, as they are in memdb, where each node of the tree has a
 * channel: a change looks up its own keys among those that are watched, and a key's beginnings in
 * the lengths that are watched, so that ten thousand watches of other keys cost it nothing, and a
 * watch that is given up leaves nothing behind.
 *
 * <p>Beside a {@code TreeMap} under a lock ({@code TablesBenchmark}; 100,000 rows, five indexes
 * against three maps, 10,000 watches of other rows), on a busy machine with two cores: a row by its
 * key takes 0.6 of the time, ten rows by a prefix 2.8 times, a put 2.8 times, and a snapshot a
 * nanosecond where the copy of one map takes 3 ms, during which nobody writes.
 */
package dev.understudy.tables;
