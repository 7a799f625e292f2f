package dev.understudy.raft;

import java.util.ArrayList;
import java.util.List;

/** Messages and answers that wait for the next Ready. */
final class Outbox {
  private final long self;
  private List<Message> now = List.of();
  private List<Message> oncePersisted = List.of();
  private List<ReadState> reads = List.of();

  Outbox(long self) {
    this.self = self;
  }

  /**
   * Sends a message. Votes and acknowledgements wait for the disk, rejections too, since they carry
   * a term that must not be forgotten: a restart must not undo what others rely on (§5.2, §5.3).
   */
  void send(Message message) {
    if (message instanceof Message.AppendResponse || message instanceof Message.AnyVoteResponse) {
      oncePersisted = added(oncePersisted, message);
    } else {
      Check.that(message.to() != self, "only votes and acknowledgements go to oneself");
      now = added(now, message);
    }
  }

  void answer(ReadState read) {
    reads = added(reads, read);
  }

  boolean isEmpty() {
    return now.isEmpty() && oncePersisted.isEmpty() && reads.isEmpty();
  }

  List<Message> takeNow() {
    List<Message> taken = now;
    now = List.of();
    return taken;
  }

  List<Message> takeOncePersisted() {
    List<Message> taken = oncePersisted;
    oncePersisted = List.of();
    return taken;
  }

  List<ReadState> takeReads() {
    List<ReadState> taken = reads;
    reads = List.of();
    return taken;
  }

  private static <T> List<T> added(List<T> list, T element) {
    List<T> target = list.isEmpty() ? new ArrayList<>(4) : list;
    target.add(element);
    return target;
  }
}
