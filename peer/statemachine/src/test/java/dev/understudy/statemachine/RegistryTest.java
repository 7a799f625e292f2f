package dev.understudy.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Registry.Verdict;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RegistryTest {
  private static final int SEATS = 3;

  private final Registry three = joined("a", "b", "c");

  @Test
  void aNewNameTakesAFreeSeat() {
    Registry two = joined("a", "b");
    Registry next = admitted(two, change("c").adding(33));
    assertThat(next.byName("c").orElseThrow().member()).isEqualTo(33);
    assertThat(next.byMember(33).orElseThrow().peerUrl()).isEqualTo("http://c:1");
    assertThat(next.byPeerUrl("http://c:1").orElseThrow().clientUrl()).isEqualTo("http://c:2");
    assertThat(two.seats()).as("the registry before is untouched").hasSize(2);
  }

  @Test
  void nobodyJoinsWhenAllSeatsAreTaken() {
    refused(three, change("d").adding(44), ErrorCode.NO_MORE_PEERS);
  }

  @Test
  void theFounderJoinsWhateverTheSizeSays() {
    assertThat(Registry.EMPTY.judge(change("a").adding(1).command(), 0))
        .isInstanceOf(Verdict.Admitted.class);
  }

  @Test
  void aPeerUrlBelongsToOneNameOnly() {
    Registry two = joined("a", "b");
    refused(two, change("c").adding(33).at("http://a:1"), ErrorCode.PEER_ADDRESS_TAKEN);
    refused(three, change("a").at("http://b:1"), ErrorCode.PEER_ADDRESS_TAKEN);
  }

  @Test
  void aNameWithASeatCannotTakeAnother() {
    refused(joined("a", "b"), change("b").adding(33), ErrorCode.KEY_EXISTS);
  }

  @Test
  void aMemberIdIsNeverUsedTwice() {
    Registry two = joined("a", "b");
    long taken = two.byName("a").orElseThrow().member();
    refused(two, change("c").adding(taken), ErrorCode.KEY_EXISTS);
    long gone = three.byName("c").orElseThrow().member();
    Registry after = admitted(three, change("c").removing(gone));
    refused(after, change("c").adding(gone), ErrorCode.KEY_EXISTS);
    assertThat(admitted(after, change("c").adding(99)).removed()).containsExactly(gone);
  }

  @Test
  void aLostLogIsReplacedByANewMemberInOneChangeEvenWhenAllSeatsAreTaken() {
    long old = three.byName("b").orElseThrow().member();
    Registry next = admitted(three, change("b").removing(old).adding(55));
    assertThat(next.seats()).hasSize(3);
    assertThat(next.byName("b").orElseThrow().member()).isEqualTo(55);
    assertThat(next.removed()).isEqualTo(Set.of(old));
  }

  @Test
  void aMemberIsNotReplacedByItself() {
    long old = three.byName("b").orElseThrow().member();
    refused(three, change("b").removing(old).adding(old), ErrorCode.KEY_EXISTS);
  }

  @Test
  void whoHasNoSeatCannotLoseOne() {
    refused(three, change("x").removing(77), ErrorCode.KEY_NOT_FOUND);
  }

  @Test
  void theLastSeatCannotBeRemovedButReplaced() {
    Registry one = joined("a");
    long last = one.byName("a").orElseThrow().member();
    refused(one, change("a").removing(last), ErrorCode.SEAT_NEEDED);
    assertThat(admitted(one, change("a").removing(last).adding(66)).seats()).hasSize(1);
  }

  @Test
  void aSeatKeepsItsMemberWhenItsAddressChanges() {
    long member = three.byName("a").orElseThrow().member();
    Registry next = admitted(three, change("a").at("http://new:1"));
    assertThat(next.byName("a").orElseThrow().member()).isEqualTo(member);
    assertThat(next.byPeerUrl("http://a:1")).isEmpty();
    assertThat(next.byPeerUrl("http://new:1")).isPresent();
    refused(three, change("x"), ErrorCode.KEY_NOT_FOUND);
  }

  private static Registry joined(String... names) {
    Registry registry = Registry.EMPTY;
    long member = 1;
    for (String name : names) {
      registry = admitted(registry, change(name).adding(member++));
    }
    return registry;
  }

  private static Change change(String name) {
    return new Change(name, 0, 0, "http://" + name + ":1");
  }

  private static Registry admitted(Registry registry, Change change) {
    return ((Verdict.Admitted) registry.judge(change.command(), SEATS)).next();
  }

  private static void refused(Registry registry, Change change, ErrorCode code) {
    assertThat(registry.judge(change.command(), SEATS))
        .isInstanceOfSatisfying(
            Verdict.Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  /** A change in the making. */
  private record Change(String name, long added, long removed, String peerUrl) {
    Change adding(long member) {
      return new Change(name, member, removed, peerUrl);
    }

    Change removing(long member) {
      return new Change(name, added, member, peerUrl);
    }

    Change at(String url) {
      return new Change(name, added, removed, url);
    }

    ChangeSeats command() {
      return new ChangeSeats(name, added, removed, peerUrl, "http://" + name + ":2");
    }
  }
}
