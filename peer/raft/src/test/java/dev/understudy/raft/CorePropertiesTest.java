package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Calculations of the core beside simpler ones. */
class CorePropertiesTest {
  private static final int MEMBERS = 6;

  // ---- quorums

  /** By definition: the highest index that so many have acknowledged as a majority needs. */
  private static long naiveCommitted(Set<Long> voters, Map<Long, Long> acknowledged) {
    if (voters.isEmpty()) {
      return Majority.INFINITY;
    }
    long best = 0;
    for (long candidate : acknowledged.values()) {
      long count =
          voters.stream().filter(v -> acknowledged.getOrDefault(v, 0L) >= candidate).count();
      if (2 * count > voters.size()) {
        best = Math.max(best, candidate);
      }
    }
    return best;
  }

  @Property(tries = 2_000)
  void theCommittedIndexIsWhatANaiveCountSays(
      @ForAll @Size(max = 7) Set<@IntRange(min = 1, max = 9) Integer> incoming,
      @ForAll @Size(max = 7) Set<@IntRange(min = 1, max = 9) Integer> outgoing,
      @ForAll @Size(9) List<@IntRange(max = 20) Integer> indexes) {
    Map<Long, Long> acknowledged = new HashMap<>();
    for (int i = 0; i < indexes.size(); i++) {
      acknowledged.put(i + 1L, (long) indexes.get(i));
    }
    Set<Long> in = longs(incoming);
    Set<Long> out = longs(outgoing);
    Membership membership =
        new Membership(
            Ids.of(List.copyOf(in)), Ids.of(List.copyOf(out)), Ids.NONE, Ids.NONE, false);
    assertThat(membership.committed(id -> acknowledged.getOrDefault(id, 0L)))
        .isEqualTo(Math.min(naiveCommitted(in, acknowledged), naiveCommitted(out, acknowledged)));
  }

  @Property(tries = 2_000)
  void aVoteIsDecidedWhenNoFurtherAnswerCanChangeIt(
      @ForAll @Size(min = 1, max = 7) List<@IntRange(max = 2) Integer> answers) {
    long[] voters = new long[answers.size()];
    Arrays.setAll(voters, i -> i + 1L);
    int yes = 0;
    int missing = 0;
    for (int answer : answers) {
      yes += answer == 1 ? 1 : 0;
      missing += answer == 2 ? 1 : 0;
    }
    boolean nowWon = 2 * yes > voters.length;
    boolean mayWin = 2 * (yes + missing) > voters.length;
    VoteResult expected = nowWon ? VoteResult.WON : mayWin ? VoteResult.PENDING : VoteResult.LOST;
    VoteResult result =
        Majority.vote(
            voters,
            id -> {
              int answer = answers.get((int) id - 1);
              return answer == 2 ? null : answer == 1;
            });
    assertThat(result).isEqualTo(expected);
  }

  private static Set<Long> longs(Set<Integer> numbers) {
    Set<Long> longs = new TreeSet<>();
    numbers.forEach(number -> longs.add((long) number));
    return longs;
  }

  // ---- membership

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Step> step =
        Combinators.combine(Arbitraries.of(StepType.class), Arbitraries.longs().between(1, MEMBERS))
            .as(Step::new);
    return step.list().ofMinSize(1).ofMaxSize(4);
  }

  private static boolean isQuorum(Membership membership, int members) {
    return membership.vote(id -> (members >> id & 1) == 1) == VoteResult.WON;
  }

  @Property(tries = 500)
  void quorumsOfConfigurationsThatFollowEachOtherOverlap(
      @ForAll("steps") List<Step> first, @ForAll("steps") List<Step> second) {
    Membership membership = Membership.of(ConfState.ofVoters(1L, 2L, 3L));
    for (List<Step> steps : List.of(first, second)) {
      Membership joint = possible(membership, steps, true);
      if (joint != null) {
        assertOverlap(membership, joint);
        Membership left = ConfChanger.leaveJoint(joint).membership();
        assertOverlap(joint, left);
        membership = left;
      }
      Membership simple = possible(membership, steps.subList(0, 1), false);
      if (simple != null) {
        assertOverlap(membership, simple);
        membership = simple;
      }
    }
  }

  private static Membership possible(Membership before, List<Step> steps, boolean joint) {
    try {
      return joint
          ? ConfChanger.enterJoint(before, true, steps).membership()
          : ConfChanger.simple(before, steps).membership();
    } catch (ConfChanger.InvalidChange impossible) {
      return null;
    }
  }

  private static void assertOverlap(Membership before, Membership after) {
    int all = 1 << (MEMBERS + 1);
    for (int members = 0; members < all; members++) {
      int others = ~members & (all - 1);
      assertThat(isQuorum(before, members) && isQuorum(after, others))
          .as("two separate quorums of %s and %s", before.toConfState(), after.toConfState())
          .isFalse();
    }
  }

  @Property(tries = 500)
  void stepsOneByOneAndAllAtOnceLeadToTheSame(@ForAll("steps") List<Step> steps) {
    Membership start = Membership.of(ConfState.ofVoters(1L, 2L, 3L));
    Membership oneByOne = start;
    for (Step step : steps) {
      oneByOne = possible(oneByOne, List.of(step), false);
      if (oneByOne == null) {
        return;
      }
    }
    Membership joint = ConfChanger.enterJoint(start, false, steps).membership();
    assertThat(ConfChanger.leaveJoint(joint).membership().toConfState())
        .isEqualTo(oneByOne.toConfState());
    assertThat(Membership.of(joint.toConfState()).toConfState()).isEqualTo(joint.toConfState());
  }

  // ---- the log beside a plain list

  /** One thing done to a log: entries overwritten or added, acknowledged, or made durable. */
  record Deed(int kind, int at, int count) {}

  @Provide
  Arbitrary<List<Deed>> deeds() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 3),
            Arbitraries.integers().between(0, 12),
            Arbitraries.integers().between(1, 6))
        .as(Deed::new)
        .list()
        .ofMaxSize(40);
  }

  @Property(tries = 1_000)
  void theLogIsWhatAPlainListWouldBe(@ForAll("deeds") List<Deed> deeds) {
    MemoryStorage storage = new MemoryStorage();
    RaftLog view = new RaftLog(storage, RaftConfig.NO_LIMIT, RaftEvents.NONE);
    List<Entry> model = new ArrayList<>();
    List<List<Entry>> writing = new ArrayList<>();
    long term = 0;
    for (Deed deed : deeds) {
      switch (deed.kind()) {
        case 0, 1 -> {
          term++;
          int from = Math.min(deed.at(), model.size());
          long[] terms = new long[deed.count()];
          Arrays.fill(terms, term);
          List<Entry> added = TestNode.entries(from + 1L, terms);
          model.subList(from, model.size()).clear();
          model.addAll(added);
          view.append(added);
        }
        case 2 -> {
          writing.add(view.unstable().nextEntries());
          view.unstable().acceptInProgress();
        }
        default -> {
          if (!writing.isEmpty() && !writing.get(0).isEmpty()) {
            List<Entry> written = writing.remove(0);
            storage.append(written);
            view.unstable().stableTo(written.get(written.size() - 1).id());
          } else if (!writing.isEmpty()) {
            writing.remove(0);
          }
        }
      }
      assertSame(view, model);
    }
  }

  private static void assertSame(RaftLog view, List<Entry> model) {
    assertThat(view.lastIndex()).isEqualTo(model.size());
    assertThat(view.entries(1, RaftConfig.NO_LIMIT)).isEqualTo(model);
    for (int i = 0; i < model.size(); i++) {
      assertThat(view.term(i + 1L)).isEqualTo(model.get(i).term());
    }
    assertThat(view.unstable().offset()).isLessThanOrEqualTo(view.unstable().handedOut());
  }

  @Property(tries = 500)
  void pagesTogetherAreTheWholeRange(
      @ForAll @IntRange(max = 10) int durable,
      @ForAll @IntRange(max = 10) int unstable,
      @ForAll @IntRange(max = 80) int pageBytes) {
    MemoryStorage storage = new MemoryStorage();
    long[] terms = new long[durable];
    Arrays.fill(terms, 1);
    storage.append(TestNode.entries(1, terms));
    RaftLog view = new RaftLog(storage, RaftConfig.NO_LIMIT, RaftEvents.NONE);
    long[] more = new long[unstable];
    Arrays.fill(more, 1);
    view.append(TestNode.entries(durable + 1L, more));
    List<Entry> all = new ArrayList<>();
    while (all.size() < durable + unstable) {
      List<Entry> page = view.slice(all.size() + 1L, durable + unstable + 1L, pageBytes);
      assertThat(page.size() == 1 || Entry.sizeOf(page) <= pageBytes).isTrue();
      boolean last = all.size() + page.size() == durable + unstable;
      assertThat(last || Entry.sizeOf(page) + Entry.OVERHEAD_BYTES > pageBytes)
          .as("a page is filled")
          .isTrue();
      all.addAll(page);
    }
    assertThat(all).isEqualTo(view.entries(1, RaftConfig.NO_LIMIT));
  }
}
