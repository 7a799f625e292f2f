package dev.understudy.api;

import dev.understudy.clusterconfig.ApiException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A PUT or POST on a key that waits for its body. */
record WithBody(KeysHandler keys, String key, Request request, Response response, Callback callback)
    implements BodyReader.Outcome {
  @Override
  public void complete(byte[] body) {
    byte[] form;
    try {
      form = KeysHandler.isForm(request) ? body : null;
    } catch (ApiException e) {
      keys.answers().error(response, e.error(), callback);
      return;
    }
    keys.write(key, form, request, response, callback);
  }

  @Override
  public void tooLarge(boolean readToEnd) {
    if (!readToEnd) {
      Answers.closing(response);
    }
    keys.answers().error(response, keys.bodyTooLarge(), callback);
  }

  @Override
  public void tooSlow() {
    Answers.closing(response);
    keys.answers().error(response, keys.bodyTooSlow(), callback);
  }

  @Override
  public void failed(Throwable failure) {
    callback.failed(failure);
  }
}
