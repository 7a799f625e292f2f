package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MachineRecordTest {
  private static final MachineRecord ONE =
      new MachineRecord("one", "http://127.0.0.1:2380", "http://127.0.0.1:2379");

  @Test
  void theValueIsPercentEncoded() {
    assertThat(ONE.toValue())
        .isEqualTo("raft=http%3A%2F%2F127.0.0.1%3A2380&etcd=http%3A%2F%2F127.0.0.1%3A2379");
    assertThat(ONE.key()).isEqualTo("/_etcd/machines/one");
    assertThat(MachineRecord.fromValue("one", ONE.toValue())).contains(ONE);
  }

  @Test
  void fieldsComeInAnyOrderEncodedOrNot() {
    assertThat(
            MachineRecord.fromValue(
                "one", "raftVersion=2&etcd=http://127.0.0.1:2379&raft=http://127.0.0.1:2380"))
        .contains(ONE);
  }

  @Test
  void aBarePercentSignIsTakenAsItStands() {
    assertThat(MachineRecord.fromValue("x", "raft=http://a%zz:1").orElseThrow().peerUrl())
        .isEqualTo("http://a%zz:1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "etcd=http://127.0.0.1:1", "raft=", "nonsense", "&&=&"})
  void withoutAPeerUrlThereIsNoMachine(String value) {
    assertThat(MachineRecord.fromValue("one", value)).isEmpty();
  }

  @Test
  void namesThatWouldBreakKeysOrPathsAreInvalid() {
    assertThat(new String[] {"one", "node-1.example", "Zürich", "a_b"})
        .allMatch(MachineRecord::isValidName);
    assertThat(new String[] {"", "a/b", "_hidden", "..", "a b", "a\nb", "x".repeat(129)})
        .noneMatch(MachineRecord::isValidName);
  }
}
