/**
 * Streams of messages between peers, and transfers of snapshots. Read {@link
 * dev.understudy.peer.transport.PeerNetwork} first.
 */
package dev.understudy.peer.transport;
