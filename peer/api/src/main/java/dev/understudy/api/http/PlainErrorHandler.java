package dev.understudy.api.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * What is answered to a request that never reached a handler, on either port: one line of text,
 * never a page or a stack trace. What follows on its connection cannot be read, and Jetty closes
 * it; the answer says so, or its client would send the next request into it.
 */
public final class PlainErrorHandler extends ErrorHandler {
  private final int maxHeaderBytes;

  public PlainErrorHandler(int maxHeaderBytes) {
    this.maxHeaderBytes = maxHeaderBytes;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    response.getHeaders().remove(HttpHeader.CACHE_CONTROL);
    HttpExchange exchange = new HttpExchange(request, response, callback, Dialect.PLAIN, "");
    exchange.closeAfterwards();
    exchange.plainError(status, words(status));
    return true;
  }

  private String words(int status) {
    return switch (status) {
      case HttpStatus.URI_TOO_LONG_414, HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 ->
          "request line and headers may have at most " + maxHeaderBytes + " bytes";
      default -> status + " " + HttpStatus.getMessage(status);
    };
  }
}
