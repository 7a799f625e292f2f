/**
 * The replicated state machine: what commands in the log mean.
 *
 * <p>Read first: {@link dev.understudy.statemachine.StateMachine}. It holds the key tree (a {@link
 * dev.understudy.store.Store}), the {@link dev.understudy.statemachine.Registry} of machines and
 * the cluster's time, and turns committed entries into changes of these.
 *
 * <p>Always true here:
 *
 * <ul>
 *   <li>The outcome of an entry depends on the entries before it and on nothing else: no clock, no
 *       randomness, no configuration of the machine it runs on.
 *   <li>Registry and membership change with the same entry or not at all. A change that the
 *       registry refuses is answered to consensus as a change of nobody.
 *   <li>One thread applies, the driver's. What other threads read ({@link
 *       dev.understudy.store.Version}, {@link dev.understudy.statemachine.Registry}) is immutable
 *       and published as a whole.
 * </ul>
 *
 * <p>The machines' records and the cluster config also stand in the key space, under {@code
 * /_etcd}, where clients can read them as they did in etcd 0.4. Only commands of this package write
 * there.
 */
package dev.understudy.statemachine;
