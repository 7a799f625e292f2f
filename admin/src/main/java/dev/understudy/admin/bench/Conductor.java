package dev.understudy.admin.bench;

import java.io.IOException;

/** Decides when clients ask, and hears what comes of it. Times are nanoseconds of one clock. */
interface Conductor {
  /**
   * Something may be due.
   *
   * @return when something is next, {@link Long#MAX_VALUE} for nothing
   */
  long turn(ClientLoop loop, long now) throws IOException;

  /** A client is connected and has nothing to do. */
  void idle(ClientLoop loop, Client client, long now) throws IOException;

  /** A client's request was answered; {@link #idle} follows, once it is connected. */
  void answered(Client client, long now);

  /** A client has no connection any more, or got none; it will try again. */
  void failed(Client client, IOException cause, long now);

  /** Whether enough is done. */
  boolean isDone(long now);
}
