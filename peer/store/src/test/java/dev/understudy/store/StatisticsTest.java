package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatisticsTest {
  private static final List<String> BEFORE =
      List.of("set /a 1", "set /d dir=true", "set /t 1 ttl=5");

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "set /b 1, SETS_SUCCESS",
    "set /d 1, SETS_FAIL",
    "set / 1, SETS_FAIL",
    "set /a/b 1, SETS_FAIL",
    "create /b 1, CREATE_SUCCESS",
    "create /a 1, CREATE_FAIL",
    "create /a/b 1, CREATE_FAIL",
    "inorder /d 1, CREATE_SUCCESS",
    "inorder /a 1, CREATE_FAIL",
    "update /a 2, UPDATE_SUCCESS",
    "update /b 2, UPDATE_FAIL",
    "cas /a 2 prevValue=1, COMPARE_AND_SWAP_SUCCESS",
    "cas /a 2 prevValue=2, COMPARE_AND_SWAP_FAIL",
    "delete /a, DELETE_SUCCESS",
    "delete /d, DELETE_FAIL",
    "delete /, DELETE_FAIL",
    "cad /a prevValue=1, COMPARE_AND_DELETE_SUCCESS",
    "cad /a prevValue=2, COMPARE_AND_DELETE_FAIL"
  })
  void everyOperationCountsOnceAsWhatItWas(String line, Counter counter) {
    Script script = new Script();
    BEFORE.forEach(script::answer);
    Statistics before = script.store.current().statistics();
    script.answer(line);
    assertThat(script.store.current().statistics()).isEqualTo(before.plus(counter, 1));
  }

  @Test
  void everyNodeThatExpiresCountsOnce() {
    Script script = new Script();
    BEFORE.forEach(script::answer);
    assertThat(script.store.current().nextExpirationMillis()).isEqualTo(5);
    List.of("at 9", "expire", "expire").forEach(script::answer);
    Version version = script.store.current();
    assertThat(version.statistics().get(Counter.EXPIRE_COUNT)).isEqualTo(1);
    assertThat(version.nextExpirationMillis()).isEqualTo(NodeView.PERMANENT);
  }

  @ParameterizedTest(name = "at {0} of 10,000 ms: {1} s")
  @CsvSource({
    "0, 10",
    "1, 10",
    "999, 10",
    "1000, 9",
    "9999, 1",
    "10000, 0",
    "10500, 0",
    "12500, -2"
  })
  void whatIsLeftOfATimeToLiveIsRoundedUp(long nowMillis, long seconds) {
    NodeView node = new Node.File("1", 1, 1, 10_000).view("/a");
    assertThat(node.ttlSeconds(nowMillis)).isEqualTo(seconds);
    NodeView permanent = new Node.File("1", 1, 1, NodeView.PERMANENT).view("/a");
    assertThat(permanent.ttlSeconds(nowMillis)).isZero();
  }
}
