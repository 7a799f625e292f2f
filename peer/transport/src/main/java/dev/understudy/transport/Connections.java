package dev.understudy.transport;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.websocket.api.Session;

/**
 * What a network opens its connections with: Jetty's client, or what a simulation has in its place.
 * Nothing here blocks; any thread.
 */
interface Connections {
  /** Whether connections can be opened. */
  boolean isRunning();

  /** Runs encoding and the beginning of a write. */
  Executor executor();

  /**
   * Begins to connect a stream.
   *
   * @param answer told what the other side answers, before the stream is opened
   * @return completes when the stream stands, or fails; cancelling it ends the attempt
   */
  CompletableFuture<Session> connect(
      PeerStream stream,
      URI streamUrl,
      Map<String, String> headers,
      long timeoutMillis,
      UpgradeAnswer answer)
      throws IOException;

  /** Prepares a request with a body, which is not sent yet. */
  Post newPost(URI url, Map<String, String> headers, SnapshotBody body, TransportOptions options);

  /** Takes the answer to an attempt to connect a stream. */
  @FunctionalInterface
  interface UpgradeAnswer {
    void received(int status, HttpFields headers);
  }

  /** A request with a body. */
  interface Post {
    /** Sends it; called once. */
    void send(PostEnd end);

    /** Gives it up; its end is told all the same. */
    void abort(Throwable cause);
  }

  /** Told once how a request ended, on any thread. */
  @FunctionalInterface
  interface PostEnd {
    /**
     * It is over.
     *
     * @param status 0 when there was no whole answer
     * @param failure null when nothing broke
     */
    void ended(int status, HttpFields headers, Throwable failure);
  }
}
