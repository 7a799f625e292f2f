package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.concurrent.TimeUnit;
import mousio.client.retry.RetryNTimes;
import mousio.etcd4j.EtcdClient;
import mousio.etcd4j.promises.EtcdResponsePromise;
import mousio.etcd4j.requests.EtcdKeyRequest;
import mousio.etcd4j.responses.EtcdErrorCode;
import mousio.etcd4j.responses.EtcdException;
import mousio.etcd4j.responses.EtcdKeyAction;
import mousio.etcd4j.responses.EtcdKeysResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * etcd4j against a leader and against a follower: put, get, compare and swap, times to live,
 * directories, in-order keys, watches, deletion, error codes, and what stands around the keys.
 */
class Etcd4jTest {
  @RegisterExtension static final Machines MACHINES = Machines.ofAllTests();

  private static TestCluster cluster;

  private EtcdClient client;

  @BeforeAll
  static void startCluster() {
    cluster = TestCluster.start(MACHINES, 3, 3, 10);
  }

  @AfterEach
  void closeClient() throws Exception {
    client.close();
  }

  private void connect(String role) {
    MachineUnderTest asked = role.equals("leader") ? cluster.leader() : cluster.follower();
    client = new EtcdClient(URI.create(asked.clientUrl()));
    client.setRetryHandler(new RetryNTimes(100, 3));
  }

  private static EtcdKeysResponse answer(EtcdKeyRequest request) throws Exception {
    return request.send().get();
  }

  private static void assertRefused(EtcdKeyRequest request, int code) {
    assertThatThrownBy(() -> answer(request))
        .isInstanceOfSatisfying(
            EtcdException.class, refusal -> assertThat(refusal.getErrorCode()).isEqualTo(code));
  }

  @ParameterizedTest
  @ValueSource(strings = {"leader", "follower"})
  void changesKeys(String role) throws Exception {
    connect(role);
    String key = "/e4j/" + role + "/key";
    EtcdKeysResponse made = answer(client.put(key, "one"));
    assertThat(made.getAction()).isEqualTo(EtcdKeyAction.set);
    assertThat(made.etcdIndex).isEqualTo(made.getNode().getModifiedIndex());
    assertThat(answer(client.get(key).consistent()).getNode().getValue()).isEqualTo("one");

    assertRefused(client.put(key, "x").prevExist(false), EtcdErrorCode.NodeExist);
    assertRefused(client.put(key, "x").prevValue("zwei"), EtcdErrorCode.TestFailed);
    EtcdKeysResponse swapped = answer(client.put(key, "two").prevValue("one"));
    assertThat(swapped.getAction()).isEqualTo(EtcdKeyAction.compareAndSwap);
    assertThat(swapped.getPrevNode().getValue()).isEqualTo("one");
    long index = swapped.getNode().getModifiedIndex();
    assertRefused(client.put(key, "x").prevIndex(index - 1), EtcdErrorCode.TestFailed);
    assertThat(answer(client.put(key, "ü").prevIndex(index)).getNode().getValue()).isEqualTo("ü");

    assertRefused(client.delete(key).prevValue("two"), EtcdErrorCode.TestFailed);
    assertThat(answer(client.delete(key).prevValue("ü")).getAction())
        .isEqualTo(EtcdKeyAction.compareAndDelete);
    assertRefused(client.delete(key), EtcdErrorCode.KeyNotFound);
    assertRefused(client.put(key, "x").prevExist(true), EtcdErrorCode.KeyNotFound);
  }

  @ParameterizedTest
  @ValueSource(strings = {"leader", "follower"})
  void keepsDirectories(String role) throws Exception {
    connect(role);
    String top = "/e4j/" + role + "/top";
    assertThat(answer(client.putDir(top)).getNode().isDir()).isTrue();
    answer(client.put(top + "/b", "2"));
    answer(client.put(top + "/a/deep", "1"));
    assertThat(answer(client.getDir(top).recursive().sorted().consistent()).getNode().getNodes())
        .extracting(node -> node.getKey().substring(top.length()))
        .containsExactly("/a", "/b");
    assertRefused(client.put(top, "file"), EtcdErrorCode.NotFile);
    assertRefused(client.deleteDir(top), EtcdErrorCode.DirNotEmpty);
    answer(client.deleteDir(top).recursive());
    assertRefused(client.get(top).consistent(), EtcdErrorCode.KeyNotFound);

    String first = answer(client.post(top + "/queue", "job 1")).getNode().getKey();
    String second = answer(client.post(top + "/queue", "job 2").ttl(60)).getNode().getKey();
    assertThat(second).isGreaterThan(first);
    assertThat(answer(client.get(top + "/queue").sorted().consistent()).getNode().getNodes())
        .extracting(EtcdKeysResponse.EtcdNode::getValue)
        .containsExactly("job 1", "job 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"leader", "follower"})
  void watchesWhatChangesAndWhatExpires(String role) throws Exception {
    connect(role);
    String key = "/e4j/" + role + "/watched";
    EtcdKeysResponse made = answer(client.put(key, "1").ttl(60));
    assertThat(made.getNode().getTTL()).isEqualTo(60);
    assertThat(made.getNode().getExpiration()).isAfter(java.time.Instant.now().plusSeconds(50));
    answer(client.refresh(key, 90));
    assertThat(answer(client.get(key).consistent()).getNode().getTTL()).isBetween(85L, 90L);

    // From an index, so that nothing depends on which of watch and write arrives first.
    long next = answer(client.get(key).consistent()).etcdIndex + 1;
    EtcdResponsePromise<EtcdKeysResponse> change =
        client.get(key).waitForChange(next).timeout(30, TimeUnit.SECONDS).send();
    answer(client.put(key, "2").ttl(1));
    EtcdKeysResponse changed = change.get();
    assertThat(changed.getNode().getValue()).isEqualTo("2");
    EtcdKeysResponse expired =
        answer(
            client
                .get(key)
                .waitForChange(changed.getNode().getModifiedIndex() + 1)
                .timeout(30, TimeUnit.SECONDS));
    assertThat(expired.getAction()).isEqualTo(EtcdKeyAction.expire);
    assertThat(expired.getPrevNode().getValue()).isEqualTo("2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"leader", "follower"})
  void asksAboutTheCluster(String role) {
    connect(role);
    assertThat(client.version().getServer()).isNotEmpty();
    assertThat(client.getHealth().getHealth()).isEqualTo("true");
    assertThat(client.getMembers().getMembers()).hasSize(3);
    assertThat(client.getSelfStats().getName()).startsWith("m");
    assertThat(client.getStoreStats().setsSuccess()).isNotNegative();
  }
}
