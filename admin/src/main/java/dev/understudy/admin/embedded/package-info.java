/**
 * Machines inside other applications, and inside tests.
 *
 * <p>Read first: {@link dev.understudy.admin.embedded.Understudy}. What a process adds to a machine
 * (signals, the lines on standard output, the log's destination, the end at an error that nobody
 * survives) stays with the process; a machine here belongs to the one who made it.
 *
 * <p><b>Always true here.</b> Nothing is static; every thread is the machine's and has its name;
 * nothing ends the process, and logback is not touched: the runnable jar alone configures it.
 */
package dev.understudy.admin.embedded;
