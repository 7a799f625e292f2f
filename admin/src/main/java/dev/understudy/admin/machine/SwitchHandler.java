package dev.understudy.admin.machine;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Hands every request to the handler of the present mode. Any thread may switch. */
final class SwitchHandler extends Handler.Abstract {
  private static final HttpField CLOSE =
      new PreEncodedHttpField(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());

  private volatile Handler current;
  private volatile boolean draining;

  /**
   * @param invocationType what every handler that is switched in keeps to
   */
  SwitchHandler(InvocationType invocationType, Handler first) {
    super(invocationType);
    this.current = first;
  }

  @Override
  protected void doStart() throws Exception {
    enter(current);
    super.doStart();
  }

  @Override
  protected void doStop() throws Exception {
    super.doStop();
    current.stop();
  }

  /** Lets another handler answer from now on; requests under way are finished by the old one. */
  void switchTo(Handler next) throws Exception {
    if (isRunning()) {
      enter(next);
    }
    Handler previous = current;
    current = next;
    if (!previous.equals(next)) {
      previous.stop();
    }
  }

  /** Ends each connection after its next answer from now on. */
  void drain() {
    draining = true;
  }

  private void enter(Handler handler) throws Exception {
    handler.setServer(getServer());
    handler.start();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (draining) {
      response.getHeaders().put(CLOSE);
    }
    return current.handle(request, response, callback);
  }
}
