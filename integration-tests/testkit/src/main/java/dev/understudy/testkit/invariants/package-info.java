/**
 * What must hold at every moment of a cluster, checked after every turn of a peer's driver, before
 * what it answers is given out.
 *
 * <p>Read first: {@link dev.understudy.testkit.invariants.ClusterInvariants}. Each of the others
 * checks one thing: {@code Leaders} the terms (Raft's election safety), {@code CommittedLog} the
 * entries that are applied (log matching, leader completeness, state machine safety), {@code
 * ReferenceStates} what they have made of the state, {@code SeatRules} who votes, {@code Bounds}
 * what waits in memory.
 *
 * <p><b>Cheap.</b> Each entry is compared once for each peer that applies it, and applied once more
 * to a state machine of the checker's own; a state is compared by what changes with every command:
 * indexes, counters, sizes, seats, time. States are compared as a whole now and then, see {@link
 * dev.understudy.testkit.invariants.ClusterInvariants#compareStates}.
 *
 * <p><b>Always true here.</b> Nothing of the cluster is changed, and nothing is left to chance.
 */
package dev.understudy.testkit.invariants;
