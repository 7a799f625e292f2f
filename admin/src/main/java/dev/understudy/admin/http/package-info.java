/**
 * The admin API on the peer port of a peer: {@link dev.understudy.admin.http.AdminApi}.
 *
 * <p>Calls the peer through {@link dev.understudy.peer.ClusterAdmin}; its only state is the list of
 * standbys that have synced lately ({@link dev.understudy.admin.http.StandbyRegistry}), which may
 * be lost at any time. Runs on the HTTP server's threads and on those that complete the peer's
 * futures; nothing blocks, but the writing of a backup ({@link
 * dev.understudy.admin.http.SnapshotDownloads}), two at most at a time. A request that only the
 * leader can grant is redirected with 307 to the same path on the leader's peer URL; its body is
 * read first, so that the answer arrives.
 *
 * <p><b>Who is believed.</b> Without secrets the only proof of an address is that the machine
 * answers there: {@link dev.understudy.admin.http.AskBack}. So nobody gets a seat for a place where
 * no machine of that name answers, nobody else changes the addresses of a machine that is reached,
 * and made-up standbys hold no seat open. What is left for authentication: who can answer in the
 * place of a machine that is down, or runs a program that answers as a machine would, is taken for
 * it.
 *
 * <p>Unlike etcd 0.4, an unknown machine is 404, and nothing follows the answer of a redirect. A
 * standby redirects all of this to the leader.
 */
package dev.understudy.admin.http;
