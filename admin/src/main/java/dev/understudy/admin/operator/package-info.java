/**
 * What an operator asks of a running cluster from the command line.
 *
 * <p><b>Read first</b> {@code Operator}, which turns a command into questions and their answers
 * into tables, then {@code Reach}, which finds somebody who answers: an endpoint may be the client
 * or the peer port of any machine, with a seat or without. Nothing here runs in a machine.
 *
 * <p>A question that changes something is asked again elsewhere only when it has certainly not been
 * carried out. Blocks; for one thread.
 */
package dev.understudy.admin.operator;
