package dev.understudy.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.statemachine.Registry.Verdict;
import dev.understudy.statemachine.proto.CommandProto.MachineChange;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RegistryTest {
  private static final int SEATS = 3;

  private final Registry three = joined("a", "b", "c");

  @Test
  void aNewNameTakesAFreeSeat() {
    Registry two = joined("a", "b");
    Registry next = admitted(two, change("c").setAdded(33));
    assertThat(next.byName("c").orElseThrow().member()).isEqualTo(33);
    assertThat(next.byMember(33).orElseThrow().peerUrl()).isEqualTo("http://c:1");
    assertThat(next.byPeerUrl("http://c:1").orElseThrow().clientUrl()).isEqualTo("http://c:2");
    assertThat(two.seats()).as("the registry before is untouched").hasSize(2);
  }

  @Test
  void nobodyJoinsWhenAllSeatsAreTaken() {
    refused(three, change("d").setAdded(44), ErrorCode.NO_MORE_PEERS);
  }

  @Test
  void theFounderJoinsWhateverTheSizeSays() {
    assertThat(Registry.EMPTY.judge(change("a").setAdded(1).build(), 0))
        .isInstanceOf(Verdict.Admitted.class);
  }

  @Test
  void aPeerUrlBelongsToOneNameOnly() {
    Registry two = joined("a", "b");
    refused(two, change("c").setAdded(33).setPeerUrl("http://a:1"), ErrorCode.PEER_ADDRESS_TAKEN);
    refused(three, change("a").setPeerUrl("http://b:1"), ErrorCode.PEER_ADDRESS_TAKEN);
  }

  @Test
  void aNameWithASeatCannotTakeAnother() {
    refused(joined("a", "b"), change("b").setAdded(33), ErrorCode.KEY_EXISTS);
  }

  @Test
  void aMemberIdIsNeverUsedTwice() {
    Registry two = joined("a", "b");
    long taken = two.byName("a").orElseThrow().member();
    refused(two, change("c").setAdded(taken), ErrorCode.KEY_EXISTS);
    long gone = three.byName("c").orElseThrow().member();
    Registry after = admitted(three, change("c").setRemoved(gone));
    refused(after, change("c").setAdded(gone), ErrorCode.KEY_EXISTS);
    assertThat(admitted(after, change("c").setAdded(99)).removed()).containsExactly(gone);
  }

  @Test
  void aLostLogIsReplacedByANewMemberInOneChangeEvenWhenAllSeatsAreTaken() {
    long old = three.byName("b").orElseThrow().member();
    Registry next = admitted(three, change("b").setRemoved(old).setAdded(55));
    assertThat(next.seats()).hasSize(3);
    assertThat(next.byName("b").orElseThrow().member()).isEqualTo(55);
    assertThat(next.removed()).isEqualTo(Set.of(old));
  }

  @Test
  void aMemberIsNotReplacedByItself() {
    long old = three.byName("b").orElseThrow().member();
    refused(three, change("b").setRemoved(old).setAdded(old), ErrorCode.KEY_EXISTS);
  }

  @Test
  void whoHasNoSeatCannotLoseOne() {
    refused(three, change("x").setRemoved(77), ErrorCode.KEY_NOT_FOUND);
  }

  @Test
  void theLastSeatCannotBeRemovedButReplaced() {
    Registry one = joined("a");
    long last = one.byName("a").orElseThrow().member();
    refused(one, change("a").setRemoved(last), ErrorCode.INVALID_ACTIVE_SIZE);
    assertThat(admitted(one, change("a").setRemoved(last).setAdded(66)).seats()).hasSize(1);
  }

  @Test
  void aSeatKeepsItsMemberWhenItsAddressChanges() {
    long member = three.byName("a").orElseThrow().member();
    Registry next = admitted(three, change("a").setPeerUrl("http://new:1"));
    assertThat(next.byName("a").orElseThrow().member()).isEqualTo(member);
    assertThat(next.byPeerUrl("http://a:1")).isEmpty();
    assertThat(next.byPeerUrl("http://new:1")).isPresent();
    refused(three, change("x"), ErrorCode.KEY_NOT_FOUND);
  }

  private static Registry joined(String... names) {
    Registry registry = Registry.EMPTY;
    long member = 1;
    for (String name : names) {
      registry = admitted(registry, change(name).setAdded(member++));
    }
    return registry;
  }

  private static MachineChange.Builder change(String name) {
    return MachineChange.newBuilder()
        .setName(name)
        .setPeerUrl("http://" + name + ":1")
        .setClientUrl("http://" + name + ":2");
  }

  private static Registry admitted(Registry registry, MachineChange.Builder change) {
    return ((Verdict.Admitted) registry.judge(change.build(), SEATS)).next();
  }

  private static void refused(Registry registry, MachineChange.Builder change, ErrorCode code) {
    assertThat(registry.judge(change.build(), SEATS))
        .isInstanceOfSatisfying(
            Verdict.Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }
}
