package dev.understudy.transport;

import java.io.IOException;
import java.io.InputStream;

/** The bytes of a snapshot that is to be transferred. */
public interface SnapshotSource {
  /** How many bytes {@link #open} will give; the receiver refuses a transfer with fewer. */
  long sizeBytes();

  /** Opens the bytes from their beginning. Whoever opens them closes them. */
  InputStream open() throws IOException;
}
