/**
 * One machine of a cluster, and its two modes.
 *
 * <p>Read first: {@link dev.understudy.admin.machine.Machine}. It binds its two ports once and then
 * lives as peer or as standby, changing between the two for as long as the process lives; {@link
 * dev.understudy.admin.machine.ClusterFinder} decides which comes first, behind a {@code
 * TokenFinder} where there is a token. This is the only place that knows both modes.
 *
 * <p>Changes of the mode happen one after the other on the machine's mode loop, never on a thread
 * of the mode that ends. While they happen, both ports answer 503.
 *
 * <p>What no machine can decide by itself is said to the operator, at doubling intervals: where a
 * majority of the voters is lost, {@code LostMajority} finds out what is in its place, and a
 * machine that has lost the seat of its log says that it cannot vote.
 *
 * <p>Who may call is asked before any handler: by {@code LimitedConnector}, which holds connections
 * within {@code PortBounds} and speaks TLS where there are certificates ({@code MachineTls}), and
 * by {@code ProofGate} where machines know each other by a secret. {@code CertificateWatch} reads
 * certificates again when they change.
 *
 * <p>Nothing here but {@link dev.understudy.admin.machine.SystemContext} and the HTTP servers knows
 * a thread, a clock or a socket: a machine takes them from its {@link
 * dev.understudy.admin.machine.MachineContext}, so that a simulation runs many machines in one
 * thread.
 */
package dev.understudy.admin.machine;
