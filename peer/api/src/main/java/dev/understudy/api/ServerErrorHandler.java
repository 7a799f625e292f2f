package dev.understudy.api;

import dev.understudy.api.http.Dialect;
import dev.understudy.api.http.HttpExchange;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * What a client is answered whose request never reached a handler: one line of text, never a stack
 * trace.
 */
final class ServerErrorHandler extends ErrorHandler {
  private final ClientLimits limits;

  ServerErrorHandler(ClientLimits limits) {
    this.limits = limits;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    response.getHeaders().remove(HttpHeader.CACHE_CONTROL);
    EtcdDialect.addCors(response.getHeaders());
    new HttpExchange(request, response, callback, Dialect.PLAIN, "")
        .plainError(status, words(status));
    return true;
  }

  private String words(int status) {
    return switch (status) {
      case HttpStatus.URI_TOO_LONG_414, HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 ->
          "request line and headers may have at most " + limits.maxHeaderBytes() + " bytes";
      default -> status + " " + HttpStatus.getMessage(status);
    };
  }
}
