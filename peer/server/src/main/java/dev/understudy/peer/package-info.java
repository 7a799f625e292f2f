/**
 * A machine with a seat.
 *
 * <p>Read first: {@link dev.understudy.peer.PeerServer}, which puts the rooms together and starts
 * and stops them. The way of a write: {@code http} parses a request and makes an operation of it;
 * {@code driver} puts the command into the log by way of consensus; {@code machine} applies it once
 * it is committed; {@code http} answers. {@code transport} carries messages between peers, {@code
 * leadership} holds what only a leader does.
 *
 * <p>A peer has two doors: {@link dev.understudy.peer.ClientDoor} is what the client API sees of
 * it, {@link dev.understudy.peer.AdminDoor} what the admin API does. Whoever owns the ports hangs
 * the peer's handlers under them; this package opens no port.
 *
 * <p>Threads of a running peer: the driver's, the log's, the leader loop's, one that gives out
 * answers, one for snapshots and one for the transport's timers. All end with {@code close}.
 */
package dev.understudy.peer;
