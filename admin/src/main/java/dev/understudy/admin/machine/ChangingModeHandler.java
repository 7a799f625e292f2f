package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers while there is no mode: ask again in a second. */
final class ChangingModeHandler extends Handler.Abstract.NonBlocking {
  private static final ApiError ERROR =
      ApiError.of(ErrorCode.LEADER_ELECTION, "this machine is changing its mode");

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    response.setStatus(ERROR.httpStatus());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
    byte[] body = (ERROR.toJson() + "\n").getBytes(StandardCharsets.UTF_8);
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }
}
