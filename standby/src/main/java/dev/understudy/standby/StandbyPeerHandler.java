package dev.understudy.standby;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The peer port of a standby: 404 for everything, as etcd 0.4 has it. */
final class StandbyPeerHandler extends Handler.Abstract.NonBlocking {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    RequestDrain.thenRun(
        request,
        () -> {
          response.setStatus(HttpStatus.NOT_FOUND_404);
          response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
          Content.Sink.write(response, true, "this machine is a standby\n", callback);
        });
    return true;
  }
}
