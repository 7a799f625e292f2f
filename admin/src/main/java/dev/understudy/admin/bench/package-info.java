/**
 * Puts load on a cluster and measures it: {@code understudy bench}. It speaks plain v2, so it
 * measures etcd as well.
 *
 * <p>Read first: {@link dev.understudy.admin.bench.Bench}, which runs one measurement, {@code
 * ClientLoop}, which runs any number of {@code Client}s on one thread, and {@code Recording}, which
 * knows what is counted from when. What clients ask is a {@code Script}; when they ask is a {@code
 * Conductor}, {@code LoadRun} or {@code WatchRun}.
 *
 * <p>Always true here:
 *
 * <ul>
 *   <li>One thread with a selector and no library between: what generates the load shares the
 *       machine with what it measures.
 *   <li>In an open loop a request counts from when it was due, whether or not there was a client
 *       free to send it. What was due and never sent is a failure.
 *   <li>What was due before the end of the warm-up is not recorded.
 *   <li>Nothing is followed, repeated or hidden: an answer other than 200 or 201 is a failure and
 *       listed as such, and so is a connection that breaks.
 * </ul>
 *
 * <p>What is due in less than two milliseconds is waited for in steps of 50 µs, so that times of an
 * open loop may come out up to that much too long.
 *
 * <p>A request costs about 11 µs of a core when this is warm, against 9.5 µs of {@code wrk}: gets
 * of 256 bytes on 64 connections, in turn with {@code wrk} on two cores that had other work.
 * Starting takes some 0.7 s of a core, so let it warm up.
 */
package dev.understudy.admin.bench;
