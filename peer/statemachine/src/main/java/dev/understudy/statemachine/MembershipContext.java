package dev.understudy.statemachine;

import java.util.Optional;

/**
 * What a change of the membership carries along.
 *
 * @param clusterTimeMillis the leader's cluster time in milliseconds since the epoch; 0 for none
 * @param seats what the change means for the registry; empty when it changes the membership alone
 */
public record MembershipContext(long clusterTimeMillis, Optional<Command.ChangeSeats> seats) {}
