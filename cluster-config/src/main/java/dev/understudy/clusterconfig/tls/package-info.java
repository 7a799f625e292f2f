/**
 * Certificates and keys: how they are read, how connections are made of them, and how they change
 * while a machine runs.
 *
 * <p><b>Read first</b> {@link dev.understudy.clusterconfig.tls.Tls}, what an operator has said of
 * one kind of connections, then {@link dev.understudy.clusterconfig.tls.LiveTls}, which holds what
 * the files say at the moment.
 *
 * <p><b>Always true here.</b> A certificate is used only with the key that belongs to it: both are
 * read, and tried on each other, before either is put to use. What cannot be read is a {@link
 * dev.understudy.clusterconfig.tls.TlsException} with one line, and what was read before stays.
 * Names in a certificate are checked for every connection that is made, and for those that are
 * accepted where an operator names who may come.
 *
 * <p><b>Threads.</b> None of its own. What is asked for while files are read again answers as
 * before until they are read.
 */
package dev.understudy.clusterconfig.tls;
