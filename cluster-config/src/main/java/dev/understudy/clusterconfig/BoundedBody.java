package dev.understudy.clusterconfig;

import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/**
 * The body of an answer as text, for the client of the JDK, up to a limit: whoever answers at an
 * address may be anybody. What is longer fails the exchange with an {@link IOException}, and its
 * connection is closed.
 */
public final class BoundedBody implements BodySubscriber<String> {
  private final BodySubscriber<String> text = BodySubscribers.ofString(StandardCharsets.UTF_8);
  private final long maxBytes;
  private long bytes;
  private Subscription subscription;

  private BoundedBody(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Takes bodies of so many bytes at most. */
  public static BodyHandler<String> ofAtMost(long maxBytes) {
    return head -> new BoundedBody(maxBytes);
  }

  @Override
  public CompletionStage<String> getBody() {
    return text.getBody();
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription = given;
    text.onSubscribe(given);
  }

  @Override
  public void onNext(List<ByteBuffer> parts) {
    if (bytes > maxBytes) {
      return; // what was on its way when the rest was called off
    }
    bytes += parts.stream().mapToLong(ByteBuffer::remaining).sum();
    if (bytes <= maxBytes) {
      text.onNext(parts);
      return;
    }
    subscription.cancel();
    text.onError(new IOException("an answer of more than " + maxBytes + " bytes"));
  }

  @Override
  public void onError(Throwable failure) {
    if (bytes <= maxBytes) {
      text.onError(failure);
    }
  }

  @Override
  public void onComplete() {
    if (bytes <= maxBytes) {
      text.onComplete();
    }
  }
}
