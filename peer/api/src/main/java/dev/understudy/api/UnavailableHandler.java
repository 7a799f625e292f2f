package dev.understudy.api;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Keeps everybody from a handler, with code 301, for as long as there is a reason to. */
public final class UnavailableHandler extends Handler.Wrapper {
  private final Supplier<Optional<String>> reason;

  /**
   * @param reason asked by every request; empty to let it pass
   */
  public UnavailableHandler(Supplier<Optional<String>> reason, Handler handler) {
    super(handler);
    this.reason = reason;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Optional<String> why = reason.get();
    if (why.isEmpty()) {
      return super.handle(request, response, callback);
    }
    refuse(response, callback, why.get());
    return true;
  }

  private static void refuse(Response response, Callback callback, String why) {
    ApiError error = ApiError.of(ErrorCode.LEADER_ELECTION, why);
    response.setStatus(error.httpStatus());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, MimeTypes.Type.APPLICATION_JSON.asString());
    response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
    byte[] body = (error.toJson() + "\n").getBytes(StandardCharsets.UTF_8);
    response.write(true, ByteBuffer.wrap(body), callback);
  }
}
