package dev.understudy.transport;

import dev.understudy.clusterconfig.Incarnation;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Why a peer's request is not taken.
 *
 * @param status the HTTP status
 * @param reason one line for the operator on the other side
 * @param detail one line for the log of this peer, which the other side must not see; may be empty
 * @param outlivedBy the recorded start that shows that the other side's directory is not its
 *     member's newest state; empty for another reason
 * @param heardBefore the start that was here before, and is not recorded, for the same reason;
 *     empty for another
 */
record HandshakeRejection(
    int status,
    String reason,
    String detail,
    Optional<Incarnation> outlivedBy,
    Optional<Incarnation> heardBefore) {
  /** Says the reason in a header as well: a failed upgrade shows its client no body. */
  static final String HEADER = "Understudy-Refused";

  private static final String OUTLIVED = "Understudy-Outlived-By";
  private static final String HEARD = "Understudy-Heard-Before";

  /** The cluster knows of a later start of this member, or of one of another copy. */
  static HandshakeRejection outlived(String member, Incarnation recorded) {
    return new HandshakeRejection(
        HttpStatus.CONFLICT_409,
        "member %s has started as %s, which this directory knows nothing of"
            .formatted(member, recorded),
        "",
        Optional.of(recorded),
        Optional.empty());
  }

  /**
   * A start of this member was here that is not among those that are stated. It may have promised
   * what this directory does not hold; only a leader's record could decide for this one.
   */
  static HandshakeRejection heardBefore(String member, Incarnation last) {
    return new HandshakeRejection(
        HttpStatus.CONFLICT_409,
        "member %s was here as %s, which this directory knows nothing of".formatted(member, last),
        "",
        Optional.empty(),
        Optional.of(last));
  }

  /** Another process of this member is there. */
  static HandshakeRejection aliveElsewhere(String member, Incarnation other) {
    return new HandshakeRejection(
        HttpStatus.CONFLICT_409,
        "another process of member %s is alive, started as %s".formatted(member, other));
  }

  /** The start by which the other side calls this one outlived, if that is why it refused. */
  static Optional<Incarnation> outlivedBy(HttpFields headers) {
    return Optional.ofNullable(headers.get(OUTLIVED)).flatMap(Incarnation::parse);
  }

  /** The start that was with the other side before, if that is why it refused. */
  static Optional<Incarnation> heardBefore(HttpFields headers) {
    return Optional.ofNullable(headers.get(HEARD)).flatMap(Incarnation::parse);
  }

  HandshakeRejection {
    // It becomes a header, and may hold the words of an exception.
    reason = reason.replaceAll("[^ -~]", " ");
  }

  HandshakeRejection(int status, String reason) {
    this(status, reason, "");
  }

  HandshakeRejection(int status, String reason, String detail) {
    this(status, reason, detail, Optional.empty(), Optional.empty());
  }

  /** Hands out the headers that say it, name and value. */
  void write(BiConsumer<String, String> headers) {
    headers.accept(HEADER, reason);
    outlivedBy.ifPresent(start -> headers.accept(OUTLIVED, start.toString()));
    heardBefore.ifPresent(start -> headers.accept(HEARD, start.toString()));
  }

  void answer(Response response, Callback callback) {
    response.setStatus(status);
    write(response.getHeaders()::put);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
    // There may be a body that nobody will read.
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
    Content.Sink.write(response, true, reason + "\n", callback);
  }
}
