package dev.understudy.transport;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Why a peer's request is not taken.
 *
 * @param status the HTTP status
 * @param reason one line for the operator on the other side
 * @param detail one line for the log of this peer, which the other side must not see; may be empty
 */
record HandshakeRejection(int status, String reason, String detail) {
  /** Says the reason in a header as well: a failed upgrade shows its client no body. */
  static final String HEADER = "Understudy-Refused";

  HandshakeRejection {
    // It becomes a header, and may hold the words of an exception.
    reason = reason.replaceAll("[^ -~]", " ");
  }

  HandshakeRejection(int status, String reason) {
    this(status, reason, "");
  }

  void answer(Response response, Callback callback) {
    response.setStatus(status);
    response.getHeaders().put(HEADER, reason);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
    // There may be a body that nobody will read.
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
    Content.Sink.write(response, true, reason + "\n", callback);
  }
}
