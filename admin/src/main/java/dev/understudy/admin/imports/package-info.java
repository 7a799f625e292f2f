/**
 * Brings the keys of an etcd into a cluster: of one that runs, by its v2 API ({@code import etcd}),
 * or from the data directory of one that does not ({@code import snapshot}).
 *
 * <p><b>Read first</b> {@code EtcdImport}, then {@code TreeDifference}, which both ways share: what
 * has to be written to make one tree of another. Every write may be done twice with the same end,
 * and what is there already is not written; so an import that has broken off is simply run again.
 *
 * <p>What comes across are keys, directories, values and times to live (within three seconds, and
 * as long as a listing takes to be made). What cannot: indexes, which are the target's own; users
 * and roles; from a running etcd hidden keys, which no listing shows and no watch of a directory
 * tells of.
 *
 * <p>The formats of etcd's files are those of {@code etcdserver/api/snap}, {@code
 * etcdserver/api/v2store} and {@code wal} in its releases 2.0 to 3.4.
 */
package dev.understudy.admin.imports;
