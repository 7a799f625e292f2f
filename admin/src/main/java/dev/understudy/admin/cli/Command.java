package dev.understudy.admin.cli;

/** What a command line asks for. */
public sealed interface Command {

  /** Run one machine until it is told to stop. */
  record RunMachine(MachineOptions options) implements Command {}

  /** Run a cluster to play with. */
  record RunLocalCluster(LocalClusterOptions options) implements Command {}

  /** Print this on standard output and leave with 0. */
  record Print(String text) implements Command {}
}
