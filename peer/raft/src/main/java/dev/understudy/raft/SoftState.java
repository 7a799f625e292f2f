package dev.understudy.raft;

/**
 * What is worth telling the application and need not be remembered.
 *
 * @param leader the leader of the present term as far as is known; 0 for none
 * @param role what this peer is
 */
public record SoftState(long leader, Role role) {}
