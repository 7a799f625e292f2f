package dev.understudy.raft;

/**
 * The answer to a read request: the read may be served from a state that has applied {@code index},
 * and is then linearizable.
 *
 * @param index the index that has to be applied first
 * @param context the number that the caller gave the request
 */
public record ReadState(long index, long context) {}
