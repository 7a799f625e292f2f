/**
 * Machines of a new cluster find each other at a token: a directory in the key space of any
 * understudy or etcd, whose URL they are all given.
 *
 * <p><b>Read first</b> {@link dev.understudy.admin.discovery.Discovery}, the protocol. It is that
 * of etcd 2.x (the token's {@code _config/size}, one key for each machine, whose order by creation
 * says who is a peer), with two things from 0.4: registrations end when nobody renews them, and
 * whoever founds the cluster creates {@code _state} first, so that of one token there comes one
 * cluster, ever (a founder that ends between the two leaves a token that is spent). The machines
 * that begin choose their founder among themselves all the same, see {@code
 * dev.understudy.admin.machine.FounderChoice}: neither a key space that was set back nor one that
 * answers anything at all makes two clusters of them.
 *
 * <p>Nothing here blocks, or knows a clock; what asks over HTTP is a {@link
 * dev.understudy.admin.discovery.KeyService}.
 */
package dev.understudy.admin.discovery;
