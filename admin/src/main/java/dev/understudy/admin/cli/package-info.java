/**
 * From arguments and environment to records.
 *
 * <p><b>Read first</b> {@code Flag}, the table of all options, then {@link
 * dev.understudy.admin.cli.MachineOptions}, what becomes of them. What cannot be is refused here
 * with one line ({@link dev.understudy.admin.cli.UsageException}); beyond this package no option is
 * known by its name and no default is chosen again. Nothing is started, opened or written here.
 *
 * <p>As in etcd 0.4, one dash is as good as two, and the command wins over the environment, that
 * over a file. {@code EtcdOption} is the table of etcd's own options and of what becomes of each;
 * what is taken is ours from there on. Unlike there, no file is read that nobody named, and a value
 * that is out of range is refused rather than ignored.
 */
package dev.understudy.admin.cli;
