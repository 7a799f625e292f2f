/**
 * What clients of a cluster have done and seen, and whether that can be explained. Depends on
 * nothing of ours: histories of simulated clusters and of real processes are checked alike.
 *
 * <p>Read first: {@link dev.understudy.testkit.history.History}, into which clients record each
 * {@link dev.understudy.testkit.history.Call} and its {@link
 * dev.understudy.testkit.history.Outcome}: a definite one, certainly not done, or unknown. Then
 * {@link dev.understudy.testkit.history.HistoryCheck}, which asks everything at once:
 *
 * <ul>
 *   <li>{@link dev.understudy.testkit.history.LinearizabilityCheck}: quorum reads and writes of
 *       each key. {@code Register} is the model, {@code Linearization} the search.
 *   <li>{@code IndexCheck}: indexes are in the order of time over all keys, and a process never
 *       shows less than it did before.
 *   <li>{@code StateCheck}: whoever was shown a state, or holds one in the end, has all changes up
 *       to its index that anybody knows of ({@code KnownChanges}), so nothing acknowledged is lost.
 *   <li>{@code WatchCheck}: every change of its key once and in order.
 *   <li>{@link dev.understudy.testkit.history.TimeToLiveCheck}: neither shorter nor longer.
 *   <li>{@code InOrderCheck}: names are indexes.
 * </ul>
 *
 * <p>The checks rely on one property of the store: it counts its changes, whatever the key, and
 * tells the count with every answer.
 */
package dev.understudy.testkit.history;
