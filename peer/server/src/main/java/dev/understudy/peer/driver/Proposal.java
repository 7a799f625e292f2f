package dev.understudy.peer.driver;

import java.util.concurrent.CompletableFuture;

/**
 * A command on its way into the log.
 *
 * @param sequence by which this peer knows it again when it is applied
 * @param command encoded, without the leader's time
 * @param future completes with what became of it
 * @param deadlineMillis monotonic time at which it is given up
 */
record Proposal(
    long sequence,
    byte[] command,
    CompletableFuture<Outcome<Object>> future,
    long deadlineMillis) {}
