/**
 * A cluster of child processes on this computer, to play with: {@code understudy cluster}.
 *
 * <p><b>Read first</b> {@link dev.understudy.admin.local.LocalCluster}. It starts a {@code Child}
 * per machine, polls the state of each in short intervals ({@code Probe} to {@code MachineStatus}),
 * reports what changed between two polls ({@code StatusChanges}, pure) and shows it ({@code
 * StatusTable}, pure; {@code Screen}, on a terminal or as lines).
 *
 * <p><b>Always true here.</b> The machines are ordinary processes of the same jar; nothing they do
 * depends on being watched. What the table shows comes from their public client ports, so a machine
 * that was restarted by hand appears like any other. Children end with their parent, even when that
 * is killed: each watches the pipe that is its standard input.
 *
 * <p><b>Threads.</b> One polls and prints; one reads what is typed; one per child reads its ready
 * and mode lines. A lock guards each child's process; none is held while printing or waiting.
 */
package dev.understudy.admin.local;
