package dev.understudy.transport;

import java.nio.ByteBuffer;

/** Where an {@link SendQueue} writes its frames: one at a time. */
@FunctionalInterface
interface FrameSink {
  /**
   * Begins to write a frame and does not wait for its end.
   *
   * @param written called once when the next frame may come, on any thread, perhaps before this
   *     method returns; not called when the stream has ended instead
   */
  void write(ByteBuffer frame, Runnable written);
}
