package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.secret.ClusterSecret;
import dev.understudy.clusterconfig.secret.Nonces;
import dev.understudy.clusterconfig.secret.ProofBySecret;
import dev.understudy.clusterconfig.secret.ProvenRequest;
import dev.understudy.transport.LogThrottle;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in who proves to know the cluster's secret, and proves to know it, as the package of {@link
 * ClusterSecret} says.
 */
final class ProofGate extends Handler.Wrapper {
  private static final Logger LOG = LoggerFactory.getLogger(ProofGate.class);

  private static final int NONCE_BYTES = 16;
  private static final int MAX_CHALLENGE = 64;

  private static final String REFUSAL =
      "{\"errorCode\":110,\"message\":\"The request requires user authentication\",\"cause\":\"no"
          + " proof of the cluster's secret\",\"index\":0}\n";

  private final ClusterSecret secret;
  private final boolean isOptional;
  private final Nonces nonces;
  private final LogThrottle refusals;

  /**
   * @param nanoClock monotonic
   */
  ProofGate(ProofBySecret proof, LongSupplier nanoClock, Handler behind) {
    super(behind);
    this.secret = proof.secret();
    this.isOptional = proof.isOptional();
    this.refusals = new LogThrottle(nanoClock);
    SecureRandom random = new SecureRandom();
    this.nonces =
        new Nonces(
            () -> {
              byte[] bytes = new byte[NONCE_BYTES];
              random.nextBytes(bytes);
              return bytes;
            },
            nanoClock);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    HttpFields headers = request.getHeaders();
    String challenge = headers.get(ClusterSecret.CHALLENGE);
    boolean challenged =
        request.getHttpURI().getPathQuery().equals(ClusterSecret.CHALLENGE_PATH)
            && challenge != null
            && challenge.length() <= MAX_CHALLENGE;
    if (challenged) {
      prove(challenge, response, callback);
      return true;
    }
    if (isOptional || isProven(request)) {
      return super.handle(withCheckedBody(request), response, callback);
    }
    refuse(request, response, callback);
    return true;
  }

  private void prove(String challenge, Response response, Callback callback) {
    String nonce = nonces.issue();
    response.getHeaders().put(ClusterSecret.NONCE, nonce);
    response.getHeaders().put(ClusterSecret.PROOF, secret.proofOfCalled(challenge, nonce));
    response.write(true, null, callback);
  }

  private boolean isProven(Request request) {
    String nonce = request.getHeaders().get(ClusterSecret.NONCE);
    String proof = request.getHeaders().get(ClusterSecret.PROOF);
    if (nonce == null || proof == null || !nonces.isGood(nonce)) {
      return false;
    }
    ProvenRequest proven =
        new ProvenRequest(
            request.getMethod(), request.getHttpURI().getPathQuery(), all(request.getHeaders()));
    return ClusterSecret.isSame(secret.proofOfCaller(nonce, proven), proof) && nonces.use(nonce);
  }

  /** One that comes twice must not count once. */
  private static Map<String, String> all(HttpFields headers) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (HttpField field : headers) {
      all.merge(field.getName(), field.getValue(), (one, other) -> one + "," + other);
    }
    return all;
  }

  private void refuse(Request request, Response response, Callback callback) {
    refusals
        .missed()
        .ifPresent(
            notice ->
                LOG.warn(
                    "refused a request without proof of the cluster's secret from {} ({} refused"
                        + " since the last line)",
                    Request.getRemoteAddr(request),
                    notice.missed()));
    response.setStatus(HttpStatus.UNAUTHORIZED_401);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Understudy");
    // There may be a body that nobody will read.
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
    Content.Sink.write(response, true, REFUSAL, callback);
  }

  private static Request withCheckedBody(Request request) {
    String digest = request.getHeaders().get(ClusterSecret.BODY);
    return digest == null ? request : new CheckedBody(request, digest);
  }

  /** A body that ends in a failure when it is another one than the proof is for. */
  private static final class CheckedBody extends Request.Wrapper {
    private final MessageDigest digest = ClusterSecret.newDigest();
    private final String expected;
    private boolean isChecked;

    CheckedBody(Request request, String expected) {
      super(request);
      this.expected = expected;
    }

    @Override
    public Content.Chunk read() {
      Content.Chunk chunk = super.read();
      if (chunk == null || isChecked || Content.Chunk.isFailure(chunk)) {
        return chunk;
      }
      digest.update(chunk.getByteBuffer().slice());
      isChecked = chunk.isLast();
      if (!isChecked || isExpected()) {
        return chunk;
      }
      chunk.release();
      return Content.Chunk.from(new IOException("the body is not the one that was proven"), true);
    }

    private boolean isExpected() {
      return ClusterSecret.isSame(HexFormat.of().formatHex(digest.digest()), expected);
    }
  }
}
