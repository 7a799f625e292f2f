package dev.understudy.peer;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Keeps everybody from a peer that has just joined or started until it has caught up with what was
 * there when it got its seat, or what it knew before: what it would show is older than that. And
 * from a peer that has failed, at once, since its end takes a moment.
 */
final class CatchUpHandler extends Handler.Wrapper {

  private final BooleanSupplier failed;
  private final BooleanSupplier caughtUp;
  private volatile boolean open;

  CatchUpHandler(BooleanSupplier failed, BooleanSupplier caughtUp, Handler handler) {
    super(handler);
    this.failed = failed;
    this.caughtUp = caughtUp;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (failed.getAsBoolean()) {
      refuse(response, callback, "this peer has failed and is stopping");
      return true;
    }
    if (!open) {
      if (!caughtUp.getAsBoolean()) {
        refuse(response, callback, "this peer has just started and is catching up");
        return true;
      }
      open = true;
    }
    return super.handle(request, response, callback);
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
