/**
 * What clients of a cluster have done and seen, and whether that can be explained. Depends on
 * nothing of ours: histories of simulated clusters and of real processes are checked alike.
 *
 * <p>Read first: {@link dev.understudy.testkit.history.History}, into which clients record each
 * {@link dev.understudy.testkit.history.Call} and its {@link
 * dev.understudy.testkit.history.Outcome}: a definite one, certainly not done, or unknown.
 */
package dev.understudy.testkit.history;
