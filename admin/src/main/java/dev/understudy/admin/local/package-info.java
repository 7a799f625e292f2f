/**
 * A cluster of child processes on this computer, to play with: {@code understudy cluster}.
 *
 * <p><b>Read first</b> {@link dev.understudy.admin.local.LocalCluster}. It starts a {@code Child}
 * per machine, asks each in short intervals how it stands ({@code Probe} to {@code MachineStatus}),
 * tells what changed from one look to the next ({@code StatusChanges}, pure) and shows it ({@code
 * StatusTable}, pure; {@code Screen}, on a terminal or as lines).
 *
 * <p><b>Always true here.</b> The machines are ordinary processes of the same jar; nothing they do
 * depends on being watched. What the table shows was asked over their client ports, as anybody
 * could, so a machine that somebody restarted by hand appears like any other. Children end with
 * their parent, even when that is killed: each watches the pipe that is its standard input.
 *
 * <p><b>Threads.</b> One turns the looks and prints; one reads what is typed; one per child reads
 * its ready and mode lines. A lock guards each child's process; none is held while printing or
 * waiting.
 */
package dev.understudy.admin.local;
