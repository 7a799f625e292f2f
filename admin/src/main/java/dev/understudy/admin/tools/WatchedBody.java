package dev.understudy.admin.tools;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer, of which something has to come within a time, again and again. The
 * deadline of a request of Java's client ends with the head of the answer: a sender that stalls
 * later, or a connection that was cut off without a word, would be waited for for ever.
 *
 * <p>Read by one thread; the client's threads bring the bytes, one piece for each that was read.
 */
public final class WatchedBody extends InputStream implements Flow.Subscriber<List<ByteBuffer>> {
  /** What the client has brought. */
  private sealed interface News {
    record Begun(Flow.Subscription subscription) implements News {}

    record Bytes(List<ByteBuffer> buffers) implements News {}

    record End(Optional<Throwable> failure) implements News {}
  }

  private final long patienceMillis;
  private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
  private final Deque<ByteBuffer> unread = new ArrayDeque<>();
  private Optional<Flow.Subscription> subscription = Optional.empty();
  private boolean ended;

  /**
   * @param patienceMillis how long nothing may come
   */
  public WatchedBody(long patienceMillis) {
    this.patienceMillis = patienceMillis;
  }

  @Override
  public void onSubscribe(Flow.Subscription begun) {
    news.add(new News.Begun(begun));
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    news.add(new News.Bytes(buffers));
  }

  @Override
  public void onError(Throwable failure) {
    news.add(new News.End(Optional.of(failure)));
  }

  @Override
  public void onComplete() {
    news.add(new News.End(Optional.empty()));
  }

  /** Waits for the next byte. */
  @Override
  public int read() throws IOException {
    return hasMore() ? Byte.toUnsignedInt(unread.element().get()) : -1;
  }

  /** Waits for a first byte, and reads what has come with it. */
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (!hasMore()) {
      return -1;
    }
    ByteBuffer first = unread.element();
    int count = Math.min(length, first.remaining());
    first.get(target, offset, count);
    return count;
  }

  private boolean hasMore() throws IOException {
    while (true) {
      unread.removeIf(buffer -> !buffer.hasRemaining());
      if (!unread.isEmpty() || ended) {
        return !unread.isEmpty();
      }
      take(next());
    }
  }

  private News next() throws IOException {
    try {
      News come = news.poll(patienceMillis, TimeUnit.MILLISECONDS);
      if (come == null) {
        throw new IOException("nothing has come for " + patienceMillis / 1_000 + " s");
      }
      return come;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void take(News come) throws IOException {
    if (come instanceof News.Begun begun) {
      subscription = Optional.of(begun.subscription());
      begun.subscription().request(1);
    } else if (come instanceof News.Bytes bytes) {
      unread.addAll(bytes.buffers());
      subscription.orElseThrow().request(1);
    } else if (come instanceof News.End end) {
      ended = true;
      if (end.failure().isPresent()) {
        throw new IOException(end.failure().get().getMessage(), end.failure().get());
      }
    }
  }

  /** Ends the transfer, if that has not ended. */
  @Override
  public void close() {
    subscription.ifPresent(Flow.Subscription::cancel);
    news.stream()
        .filter(News.Begun.class::isInstance)
        .map(News.Begun.class::cast)
        .forEach(begun -> begun.subscription().cancel());
  }
}
