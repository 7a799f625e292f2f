package dev.understudy.api.http;

import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Keeps all requests from a handler, with code 301, for as long as there is a reason to. */
public final class UnavailableHandler extends Handler.Wrapper {
  private final Supplier<Optional<String>> reason;

  /**
   * @param reason called for every request; empty to let it pass
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
    new HttpExchange(request, response, callback, Dialect.PLAIN, "").notNow(why.get());
    return true;
  }
}
