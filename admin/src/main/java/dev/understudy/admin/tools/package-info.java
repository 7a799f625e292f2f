/**
 * What an operator does with the data of machines: {@link dev.understudy.admin.tools.Tools} runs
 * one of these and makes an exit code and at most one line of error of it.
 *
 * <p>A tool that reads a directory holds its lock meanwhile, so that no machine begins to write
 * there, and changes nothing in it. A backup is a snapshot as it stands beside a log (see {@code
 * dev.understudy.wal}): every chunk has a checksum and the last one says that it is the last, so a
 * file or a transfer that is cut short anywhere is noticed.
 *
 * <p>A restored cluster has new ids: its first machine would otherwise be taken for a member of the
 * old cluster, with promises that it does not remember. Times to live go on counting while a backup
 * lies in its drawer; what was due by now expires as soon as the new cluster has a leader.
 */
package dev.understudy.admin.tools;
