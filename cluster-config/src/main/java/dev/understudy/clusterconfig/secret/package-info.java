/**
 * A secret that all machines of a cluster know, by which they know each other where they have no
 * certificates.
 *
 * <p><b>Read first</b> {@link dev.understudy.clusterconfig.secret.ClusterSecret}. A caller first
 * sends a challenge, a random number. The machine it has called answers with a nonce of its own,
 * and proves over both numbers that it knows the secret. Only then the caller sends its request,
 * with a proof over that nonce, the method, the target, the headers that are ours, and the digest
 * of the body. Each nonce is good for one request and for a minute ({@link
 * dev.understudy.clusterconfig.secret.Nonces}), so nothing that was overheard is of use again. A
 * stream between peers and a snapshot begin with such a request.
 *
 * <p><b>What it does not do.</b> What follows on a stream, and the bytes of a snapshot, can be read
 * and altered by whoever stands in between and can alter traffic, who can pass on a proof with it,
 * too. Against those there is TLS.
 *
 * <p><b>Threads.</b> None of its own.
 */
package dev.understudy.clusterconfig.secret;
