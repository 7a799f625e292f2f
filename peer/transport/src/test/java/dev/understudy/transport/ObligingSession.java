package dev.understudy.transport;

import java.lang.reflect.Proxy;
import org.eclipse.jetty.websocket.api.Session;

/** A connection that takes whatever is asked of it, for streams whose other end does not matter. */
final class ObligingSession {
  private ObligingSession() {}

  static Session open() {
    return (Session)
        Proxy.newProxyInstance(
            Session.class.getClassLoader(),
            new Class<?>[] {Session.class},
            (proxy, method, arguments) -> null);
  }
}
