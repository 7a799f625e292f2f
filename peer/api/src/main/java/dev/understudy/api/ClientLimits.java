package dev.understudy.api;

/**
 * What one client may ask of a machine. Every limit is refused with an answer that names it.
 *
 * @param maxBodyBytes the largest body of a request; more is answered 413
 * @param maxKeyBytes the longest key in bytes, unescaped; more is answered 414
 * @param maxHeaderBytes request line and headers together; more is answered 414 when the request
 *     line alone is too long, else 431
 * @param maxFormFields the fields of query and form together; more is answered 400, code 210
 * @param requestMillis how long a request may take to arrive, from its headers to the end of its
 *     body; longer is answered 408. A watch that has ended with events waiting has as long to send
 *     them
 * @param maxWaitingEvents events that wait for a watcher who does not read; one more ends the watch
 */
public record ClientLimits(
    int maxBodyBytes,
    int maxKeyBytes,
    int maxHeaderBytes,
    int maxFormFields,
    long requestMillis,
    int maxWaitingEvents) {
  /**
   * 1.5 MiB is what etcd takes as the size of a request; 100 waiting events are what its watchers
   * buffer. Keys are file names by nature, so 8 KiB are plenty, and headers that carry such a key
   * fit into 16 KiB. A form has a dozen known fields, hence 64. Ten seconds are enough for a body
   * of the largest size on a line of 1.3 Mbit/s.
   */
  public static final ClientLimits DEFAULT =
      new ClientLimits(3 * 512 * 1024, 8 * 1024, 16 * 1024, 64, 10_000, 100);

  public ClientLimits {
    if (maxBodyBytes < 1
        || maxKeyBytes < 1
        || maxFormFields < 1
        || requestMillis < 1
        || maxWaitingEvents < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
    if (maxHeaderBytes <= maxKeyBytes) {
      throw new IllegalArgumentException("the headers must have room for the longest key");
    }
  }
}
