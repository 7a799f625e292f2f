/**
 * A machine without a seat.
 *
 * <p>{@link dev.understudy.standby.StandbyServer} does three things: it sends clients to the
 * leader, it keeps up with the cluster by polling a peer for machines and config in intervals, and
 * it takes a seat when one is open. <b>Read first</b> {@code SyncRound}: one round, from the first
 * request to the state of the standby afterwards. {@code StandbyServer} only repeats rounds, keeps
 * what they learn and notifies its listener when one of them ended with a seat.
 *
 * <p><b>Always true here.</b> This package holds no data but {@code standby_info}, which is either
 * the old or the new one after a crash, and without which it only has to find its cluster again.
 * Who has a seat is known by the peers alone; a standby that loses the answer to its request for a
 * seat finds itself in the next list and asks again. A seat is reported to the listener at most
 * once per start. What a peer answers can be anything; a list without machines is as good as no
 * answer.
 *
 * <p><b>Threads.</b> Everything happens on one {@link dev.understudy.standby.WorkLoop}, handed in
 * from outside like the disk, the network and the randomness. The handlers run on the HTTP server's
 * threads, never block, and read the one volatile field with what was last learned.
 *
 * <p><b>A proxy</b> is a standby whose client port asks the leader for its clients, by a {@link
 * dev.understudy.api.http.proxy.LeaderProxy}.
 *
 * <p><b>The dashboard</b> is answered by every standby; what it asks of the cluster the leader is
 * asked for in the same way.
 *
 * <p><b>A replica</b> is a standby that holds the cluster's data. Here it only says so with each
 * sync, which keeps the leader sending, and asks for a seat with the log that it has; the peer
 * without a seat beside it is its machine's affair.
 *
 * <p><b>Where this differs from etcd 0.4.</b> The first sync comes at once, not after an interval.
 * A changed interval counts from the next round; 0.4 took it at the next start. Intervals vary by a
 * tenth; a leader that has a seat to give calls, and the next round comes at once; while no leader
 * answers the next rounds come after a quarter of the interval, so that clients are sent to a new
 * leader soon. The file is synced to disk. The leader is always asked as well, with this standby's
 * name and priority, and may keep an open seat for another. A standby whose name has a seat at
 * another address does not ask for it: there are two machines of one name, and the other one may
 * well be alive. A client is never redirected to the machine it came from, and without a leader the
 * answer is 503, not 400. Clients are redirected only to a leader that has said so itself half a
 * second ago at most, which is asked where it is longer ago; health, metrics and version are the
 * standby's own; its peer port redirects the admin API.
 */
package dev.understudy.standby;
