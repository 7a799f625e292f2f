/**
 * {@code /v1}: sessions, entries that they lock, and what else clients of Consul ask before they
 * begin, in Consul's requests and answers.
 *
 * <p>Read {@link dev.understudy.api.v1.LocksApi}, which has all routes, then {@code BlockingRead}:
 * every read can wait for a change of what it has asked about. It holds no thread while it waits,
 * and nothing of an answer, only a row in the watches of the tables.
 *
 * <p>Where Consul is eventual, this is not: reads without {@code stale} are confirmed by a quorum,
 * whether they ask for {@code consistent} or not. Followers answer reads and take writes as the
 * leader does; only a renewal is the leader's alone, and redirected to it.
 *
 * <p>Errors are lines of text, as Consul's are.
 */
package dev.understudy.api.v1;
