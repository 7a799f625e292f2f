/**
 * The key tree of the v2 API: what etcd's v2 store does, in immutable versions.
 *
 * <p>Read {@link dev.understudy.store.Operation}, then {@link dev.understudy.store.Store} and
 * {@link dev.understudy.store.Version}, then {@code WriteTxn} and {@code Precondition}, which hold
 * all rules; for watches {@link dev.understudy.store.Watchers}.
 *
 * <h2>What is always true</h2>
 *
 * <ul>
 *   <li>A version never changes. It holds the tree, the index, what expires when, the last events
 *       and the counters. All of it is replicated: two stores that applied the same operations at
 *       the same cluster times are equal in everything, listings' order included, and a snapshot
 *       carries all of it.
 *   <li>The index counts successful writes, expiries included, one event each; a refusal leaves it.
 *       So the events of the history have consecutive indexes.
 *   <li>Nothing here asks for the time. An operation brings its cluster time along; a time to live
 *       counts from there, and nodes are gone when {@link dev.understudy.store.Store#expire} says
 *       so, not when they are due: until then they are read, with a time to live of 0 or less.
 *   <li>Nothing here recurses along a path or through a subtree, for both may be thousands deep.
 *       The one thing that may be nested is what {@link dev.understudy.store.NodeView#nodes} shows.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>One thread at a time calls {@code apply}, {@code expire}, {@code restore} and {@link
 * dev.understudy.store.Watchers#notify}: the writer. Everyone else reads {@code current()}, one
 * volatile read, and walks the version without locks. Watches may be begun, polled and closed by
 * any thread; the argument why none misses an event or gets one twice is at {@link
 * dev.understudy.store.Watchers}. The small locks are held for walks in memory, never while a
 * listener is called: that of all watches, that of one, and innermost that of the memory which
 * waiting events take.
 *
 * <p>A watch keeps alive what waits in it and nothing else, and all of that is counted, each event
 * once ({@code WaitingMemory}): a reader takes an event only when it is done with it, and the past
 * is looked up in the current history, never in an old one. So what readers who do not read can
 * hold is one number, and the watches that have been left unread for longest end when it is
 * reached.
 *
 * <h2>How it is built</h2>
 *
 * <p>A directory's children are a {@code TreePMap} of PCollections, sorted by the bytes of their
 * names. A write copies the path from the root to the node, and in each directory on it the path
 * through its balanced tree: with 100,000 children some two microseconds. A hash trie would be a
 * little faster to write but would have to sort for every listing, and its order would depend on
 * hashes; the sorted map is its own listing. Directories count what is beneath them, and what of
 * that expires, so that the removal of a large one searches for entries of the expiry index only
 * where there are any. Where very many keys go at once ({@code Expiry}, or a directory of keys with
 * times to live), a large part of a tree is left out by one walk ({@code Rebuilding}): the writer
 * does nothing else meanwhile, and its heartbeats wait.
 *
 * <h2>Where etcd 3.4 differs, and why we do</h2>
 *
 * <ul>
 *   <li>A stream there gets the removal of the very node it watches twice. Here once.
 *   <li>A stream from the past there gets one event of the history, and then is not registered.
 *       Here it gets all of it and goes on.
 *   <li>The history there is searched without regard to hidden names, and by plain prefix, so that
 *       the removal of {@code /foo} wakes who waits for {@code /foobar}. Here live events and those
 *       of the past follow the same rules, segment by segment, but for the next point.
 *   <li>The same: the live removal of a directory concerns those beneath it that watch a node that
 *       existed, and the removal in the past to all beneath it. The first is what a watcher wants,
 *       and for the second it is no longer known what existed.
 *   <li>Its statistics count some refusals as successes (of a delete of the root, of a failed
 *       comparison) and a create that met a file on its way also as a failed set. Here every
 *       operation counts once, as what it was.
 *   <li>There a time to live that overflows wraps around, perhaps into the past. Here it ends at
 *       the end of time.
 *   <li>Unsorted listings come in no order there, and always sorted here.
 * </ul>
 *
 * <p>And where etcd does what one would not expect, we do the same: an update of a directory shows
 * a new modified index in its event only and leaves the old one in the tree; {@code
 * compareAndDelete} of the root answers 102 without a cause where everything else answers 107; a
 * set with {@code dir} turns a file into a directory, with {@code refresh} as well.
 */
package dev.understudy.store;
