package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.machine.FounderChoice.Step;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.FoundingRequest;
import dev.understudy.clusterconfig.MachineIdentity;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Rounds of one machine among five that begin together; the addresses a to e, this one is b. */
class FounderChoiceTest {
  private static final long OWN_PROCESS = 99;
  private static final List<String> LIST =
      List.of(url("a"), url("b"), url("c"), url("d"), url("e"));

  private final Map<String, MachineIdentity> up = new HashMap<>();
  private final Set<String> unwilling = new HashSet<>();
  private final List<String> asked = new ArrayList<>();
  private final StartingMachine starting =
      new StartingMachine(identity("b", OWN_PROCESS, List.of()), new Noted());

  private static final class Noted implements StartingMachine.Notes {
    private Optional<FoundingRequest> noted = Optional.empty();

    @Override
    public Optional<FoundingRequest> load() {
      return noted;
    }

    @Override
    public void save(Optional<FoundingRequest> promise) {
      noted = promise;
    }
  }

  private static String url(String host) {
    return "http://" + host + ":1";
  }

  private static MachineIdentity identity(String name, long process, List<String> list) {
    return new MachineIdentity(name, url(name), process, MachineIdentity.Mode.STARTING, 0, 0, list);
  }

  private void begins(String... names) {
    for (String name : names) {
      up.put(url(name), identity(name, 1_000 + name.charAt(0), LIST));
    }
  }

  private Step round() throws Exception {
    ManualLoop loop = new ManualLoop();
    List<String> others = LIST.stream().filter(url -> !url.equals(url("b"))).toList();
    CompletableFuture<Step> step =
        new FounderChoice(url("b"), others, starting, client(), loop).round();
    loop.settle();
    return step.join();
  }

  private ClusterClient client() {
    return (ClusterClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ClusterClient.class},
            (proxy, method, arguments) -> {
              String url = (String) arguments[0];
              MachineIdentity there = up.get(url);
              if (there == null) {
                return CompletableFuture.completedFuture(
                    new ClusterResponse.Unreachable<>(url + ": silence"));
              }
              if (method.getName().equals("identity")) {
                return CompletableFuture.completedFuture(new ClusterResponse.Granted<>(there, url));
              }
              FoundingRequest request = (FoundingRequest) arguments[1];
              asked.add((request.release() ? "released " : "asked ") + url);
              return CompletableFuture.completedFuture(
                  new ClusterResponse.Granted<>(
                      !request.release() && !unwilling.contains(url), url));
            });
  }

  @Test
  void theLowestAddressOfAMajorityFoundsWithThePromisesOfAMajority() throws Exception {
    begins("c", "d");
    assertThat(round()).isEqualTo(Step.FOUND);
    assertThat(asked).containsExactly("asked " + url("c"), "asked " + url("d"));
  }

  @Test
  void fewerThanAMajorityOfPromisesAreGivenBack() throws Exception {
    begins("c", "d");
    unwilling.add(url("d"));
    assertThat(round()).isEqualTo(Step.WAIT);
    assertThat(asked).endsWith("released " + url("c"), "released " + url("d"));
    assertThat(starting.promised()).isEmpty();
  }

  @Test
  void aMinorityAsksForNoPromises() throws Exception {
    begins("c");
    assertThat(round()).isEqualTo(Step.WAIT);
    assertThat(asked).isEmpty();
    assertThat(starting.promised()).isEmpty();
  }

  @Test
  void aHigherAddressLeavesItToTheLowest() throws Exception {
    begins("a", "c", "d");
    assertThat(round()).isEqualTo(Step.WAIT);
    assertThat(asked).isEmpty();
  }

  /** Two majorities of two lists need have no machine in common. */
  @Test
  void aMachineWithAnotherListIsNoCompanion() throws Exception {
    begins("c", "d");
    up.put(url("d"), identity("d", 4, List.of(url("b"), url("d"), url("x"))));
    assertThat(round()).isEqualTo(Step.WAIT);
    assertThat(asked).isEmpty();
  }

  /** With an address of its own that is spelt in another way it would be a majority of itself. */
  @Test
  void thisMachineByAnotherNameIsNoCompanion() throws Exception {
    begins("c", "d");
    up.put(url("d"), identity("b", OWN_PROCESS, LIST));
    assertThat(round()).isEqualTo(Step.WAIT);
    assertThat(asked).isEmpty();
  }

  @Test
  void whereThereIsAClusterNobodyFounds() throws Exception {
    begins("c", "d");
    up.put(url("e"), identity("e", 5, List.of()).as(MachineIdentity.Mode.PEER, 7, 8));
    assertThat(round()).isEqualTo(Step.JOIN);
  }

  @Test
  void whoHasPromisedToAnotherAsksNobody() throws Exception {
    begins("c", "d");
    starting.choosesFrom(LIST);
    starting.promise(new FoundingRequest(url("a"), 1, 1, false));
    assertThat(round()).isEqualTo(Step.WAIT);
    assertThat(asked).isEmpty();
  }

  @Test
  void aPromiseToAProcessThatHasComeBackWithNothingDoesNotBind() throws Exception {
    begins("c", "d");
    starting.choosesFrom(LIST);
    starting.promise(new FoundingRequest(url("c"), 1, 1, false));
    assertThat(round()).isEqualTo(Step.FOUND);
  }
}
