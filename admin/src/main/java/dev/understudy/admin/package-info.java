/**
 * The process: {@link dev.understudy.admin.Main} reads the command line and runs what it names.
 *
 * <p>Command lines become records in {@code dev.understudy.admin.cli}, the only place that knows
 * options by name. {@code dev.understudy.admin.machine} holds a machine and its two modes, and is
 * the only place that knows both; {@link dev.understudy.admin.MachineProcess} runs one as a
 * process. {@code dev.understudy.admin.discovery} finds others at a token. {@code
 * dev.understudy.admin.http} answers operators on the peer port. {@code
 * dev.understudy.admin.operator} asks them from the command line. {@code
 * dev.understudy.admin.tools} looks after the data of machines and backups. {@code
 * dev.understudy.admin.local} runs a cluster of child processes to play with. {@code
 * dev.understudy.admin.embedded} gives a machine to other applications, without a process of its
 * own.
 */
package dev.understudy.admin;
