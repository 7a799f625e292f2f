package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** A store with watchers, whose writes are told to them, and what each watch has delivered. */
final class WatchedStore {
  final Store store;
  final Watchers watchers;
  final Script script;

  WatchedStore(int historyCapacity, int watchCapacity) {
    this(historyCapacity, watchCapacity, Watchers.DEFAULT_WAITING_BYTES);
  }

  WatchedStore(int historyCapacity, int watchCapacity, long maxWaitingBytes) {
    store = new Store(historyCapacity);
    watchers = new Watchers(store, watchCapacity, maxWaitingBytes);
    script = new Script(store);
  }

  WatchedStore() {
    this(Store.DEFAULT_HISTORY, Watchers.DEFAULT_CAPACITY);
  }

  /** Runs a line and tells the watchers of every event that it made. */
  String write(String line) {
    Version before = store.current();
    String answer = script.answer(line);
    // The versions between several events of one line are not kept by the script; made anew.
    Version version = before;
    History history = store.current().history();
    for (long i = before.index() + 1; i <= history.lastIndex(); i++) {
      Event event = history.at(i);
      watchers.notify(new Result.Success(event, version));
      version =
          event.action() == Action.EXPIRE
              ? new WriteTxn(version, 0).expire(version.due().nodes().first()).next()
              : version;
    }
    return answer;
  }

  Reader watch(String path, boolean recursive, boolean stream, long sinceIndex) {
    Reader reader = new Reader();
    Watchers.Registration registration =
        watchers.watch(path, recursive, stream, sinceIndex, reader);
    if (registration instanceof Watchers.Registration.Started started) {
      reader.watch = started.watch();
    } else {
      reader.error = ((Watchers.Registration.Refused) registration).error();
    }
    return reader;
  }

  /** What one watch has delivered. */
  static final class Reader implements Watch.Listener {
    Watch watch;
    StoreError error;
    int told;

    @Override
    public void onReady(Watch ready) {
      told++;
    }

    /** Everything that waits, the end included. */
    List<String> read() {
      List<String> read = new ArrayList<>();
      while (true) {
        Watch.Delivery delivery = watch.poll();
        if (delivery instanceof Watch.Delivery.Next next) {
          read.add(Script.show(next.event()));
        } else if (delivery instanceof Watch.Delivery.Ended ended) {
          read.add(ended.reason().name());
          return read;
        } else {
          return read;
        }
      }
    }

    void reads(String... expected) {
      assertThat(read()).containsExactly(expected);
    }
  }
}
