package dev.understudy.wal;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * One flat directory of files: all that the log and the snapshots need of a file system. A {@code
 * Directory} has one owner at a time: opening takes a lock and {@link #close} releases it.
 *
 * <p>Two promises matter to a power cut. What was written to a file is safe once {@link
 * WritableFile#force} has returned, and no sooner. That a file has appeared, has gone, or has a new
 * name is safe once {@link #force} has returned.
 *
 * <p>Names are plain: letters, digits, {@code .} and {@code -}. All methods block; they may be
 * called from any thread.
 */
public interface Directory extends Closeable {
  /** The names of all files here, sorted; the lock's own file is not among them. */
  List<String> list() throws IOException;

  /** The file's length in bytes. */
  long size(String name) throws IOException;

  /** Makes a new, empty file; fails when there is one of that name. */
  WritableFile create(String name) throws IOException;

  /** Opens a file that exists for writing at any position; its contents stay. */
  WritableFile openForWriting(String name) throws IOException;

  /** Opens a file for reading. */
  ReadableFile openForReading(String name) throws IOException;

  /** Gives a file a new name in one step; a file that had that name before is gone. */
  void rename(String from, String to) throws IOException;

  /** Removes a file; fails when there is none. */
  void delete(String name) throws IOException;

  /** Returns once every creation, renaming and deletion so far would survive a power cut. */
  void force() throws IOException;

  /** The bytes that may still be written here before the disk is full. */
  long usableBytes() throws IOException;

  /** How large the disk is, in bytes. */
  long totalBytes() throws IOException;

  /** What log lines and error messages call this directory. */
  @Override
  String toString();
}
