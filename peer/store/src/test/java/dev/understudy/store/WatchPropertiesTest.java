package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever is written and whoever watches from whenever: all that is of interest, once, in order.
 * But a stream ends that has not read the past before the history forgets it.
 */
class WatchPropertiesTest {
  private static final int HISTORY = 12;

  /**
   * A wish to watch.
   *
   * @param afterLine when it comes
   * @param back how far before the index of that moment it begins; below 0 in the future
   * @param prompt whether it is read at once, and not at the end of all
   */
  record Wish(
      String path, boolean recursive, boolean stream, int afterLine, int back, boolean prompt) {}

  /** A wish that came true, what it should get and what it got. */
  record Open(
      Wish wish,
      WatchedStore.Reader reader,
      long start,
      long since,
      List<String> expected,
      List<String> got) {
    void readPromptly() {
      if (wish.prompt() && !got.contains("DELIVERED")) {
        got.addAll(reader.read());
      }
    }

    boolean fellBehind(long oldest) {
      return wish.stream() && !wish.prompt() && since <= start && since < oldest;
    }
  }

  @Provide
  Arbitrary<List<String>> sequences() {
    return Commands.sequences();
  }

  @Provide
  Arbitrary<List<Wish>> wishes() {
    return Combinators.combine(
            Commands.paths(),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false),
            Arbitraries.integers().between(0, 60),
            Arbitraries.integers().between(-3, 20),
            Arbitraries.of(true, false))
        .as(Wish::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(12);
  }

  @Property(tries = 2000)
  void everyWatchGetsAllThatItAskedForOnceAndInOrder(
      @ForAll("sequences") List<String> lines, @ForAll("wishes") List<Wish> wishes) {
    WatchedStore tap = new WatchedStore(HISTORY, 10_000);
    Model model = new Model();
    List<Open> open = new ArrayList<>();
    for (int line = 0; line < lines.size(); line++) {
      for (Wish wish : wishes) {
        if (wish.afterLine() == line) {
          begin(tap, model, wish, open);
        }
      }
      tap.write(lines.get(line));
      int known = model.events.size();
      model.answer(lines.get(line));
      for (Model.Happened event : model.events.subList(known, model.events.size())) {
        open.forEach(watch -> maybeExpect(watch, event, isLiveMatch(watch.wish(), event)));
      }
      open.forEach(Open::readPromptly);
    }
    long oldest = tap.store.current().history().oldestIndex();
    for (Open watch : open) {
      List<String> got = watch.wish().prompt() ? watch.got() : watch.reader().read();
      List<String> expected = watch.fellBehind(oldest) ? List.of("OVERFLOW") : watch.expected();
      assertThat(got).as(watch.wish().toString()).isEqualTo(expected);
    }
  }

  private static void begin(WatchedStore tap, Model model, Wish wish, List<Open> open) {
    long asked = Math.max(0, model.index - wish.back());
    WatchedStore.Reader reader = tap.watch(wish.path(), wish.recursive(), wish.stream(), asked);
    long since = asked == 0 ? model.index + 1 : asked;
    long oldest = Math.max(1, model.index - HISTORY + 1);
    if (since < oldest) {
      assertThat(reader.error.code()).isEqualTo(401);
      assertThat(reader.error.cause()).endsWith("[" + oldest + "/" + since + "]");
      return;
    }
    assertThat(reader.watch.startIndex()).isEqualTo(model.index);
    Open watch = new Open(wish, reader, model.index, since, new ArrayList<>(), new ArrayList<>());
    for (Model.Happened event : model.events) {
      maybeExpect(watch, event, isPastMatch(wish, event));
    }
    watch.readPromptly();
    open.add(watch);
  }

  private static void maybeExpect(Open watch, Model.Happened event, boolean matches) {
    boolean done = !watch.wish().stream() && !watch.expected().isEmpty();
    if (matches && !done && event.index() >= watch.since()) {
      watch.expected().add(event.shown());
      if (!watch.wish().stream()) {
        watch.expected().add("DELIVERED");
      }
    }
  }

  private static boolean isPastMatch(Wish wish, Model.Happened event) {
    return !event.refresh()
        && (isAtOrVisiblyBeneath(wish, event.key())
            || (event.removedDirectory() && wish.path().startsWith(event.key() + "/")));
  }

  private static boolean isLiveMatch(Wish wish, Model.Happened event) {
    return isPastMatch(wish, event)
        && (isAtOrVisiblyBeneath(wish, event.key()) || event.pathsBefore().contains(wish.path()));
  }

  private static boolean isAtOrVisiblyBeneath(Wish wish, String key) {
    String above = wish.path().equals("/") ? "" : wish.path();
    return key.equals(wish.path())
        || (wish.recursive()
            && key.startsWith(above + "/")
            && !key.substring(above.length()).contains("/_"));
  }
}
