/**
 * The replicated state machine: what commands in the log mean.
 *
 * <p>Read first: {@link dev.understudy.statemachine.Command}, the changes that there are and what
 * each comes to; then {@link dev.understudy.statemachine.StateMachine}, which gives each to the
 * part that it belongs to. The parts are the cluster's time, the key space (a {@link
 * dev.understudy.store.Store} and its watchers), the cluster's settings, the seats (a {@link
 * dev.understudy.statemachine.Registry} of machines), sessions with their locks (a {@link
 * dev.understudy.locks.LockSpace}), and {@link dev.understudy.users.Users}. A part applies its
 * commands, says when something in it is due, takes its component of an image, and says whether its
 * commands count before the peer starts, when the log is read to learn who holds the seats.
 *
 * <p>In the log a command travels in a {@link dev.understudy.statemachine.CommandEnvelope} with its
 * proposer, its number and the leader's time, which is appended to the encoded bytes. A change of
 * the membership carries a {@link dev.understudy.statemachine.MembershipContext} instead. {@link
 * dev.understudy.statemachine.CommandCodec} and {@link dev.understudy.statemachine.StateImageCodec}
 * with its sections alone know the generated messages.
 *
 * <p>To add a kind of command: a record in {@code Command} with a method in its two interfaces, and
 * a body in {@code command.proto}; the compiler names the rest. To add a part: a {@code Part}, a
 * component of {@link dev.understudy.statemachine.StateImage}, and a named section of the snapshot,
 * which is then written in format 2 as soon as the part has something to keep. Peers of an older
 * release refuse both by name, so neither may be used before every peer knows it.
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
 * <p>The machines' records and the cluster config are also in the key space, under {@code /_etcd},
 * where clients can read them as they did in etcd 0.4. Only commands of this package write there.
 */
package dev.understudy.statemachine;
