/**
 * The process: {@link dev.understudy.admin.Main} reads the command line and runs what it asks for.
 *
 * <p>Command lines become records in {@code dev.understudy.admin.cli}, the only place that knows
 * options by name. {@code dev.understudy.admin.local} runs a cluster of child processes to play
 * with.
 */
package dev.understudy.admin;
