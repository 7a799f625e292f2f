package dev.understudy.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.access.LoginAttempts.Verdict;
import dev.understudy.api.http.AddressBlock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginAttemptsTest {
  private final AtomicLong nowMillis = new AtomicLong();
  private final LoginAttempts attempts = new LoginAttempts(30, nowMillis::get);

  @Test
  void noMoreAreTriedAtOnceThanMayBeWrong() {
    LoginAttempts few = new LoginAttempts(2, nowMillis::get);
    assertThat(few.begin("a")).isEqualTo(Verdict.ADMITTED);
    assertThat(few.begin("a")).isEqualTo(Verdict.ADMITTED);
    assertThat(few.begin("a")).isEqualTo(Verdict.BUSY);
    assertThat(few.begin("b")).isEqualTo(Verdict.ADMITTED);
    few.end("a", true);
    assertThat(few.begin("a"))
        .as("one may be wrong still, and is being tried")
        .isEqualTo(Verdict.BUSY);
    few.end("a", true);
    assertThat(few.begin("a")).isEqualTo(Verdict.LIMITED);
    nowMillis.addAndGet(60_000);
    assertThat(few.begin("a")).isEqualTo(Verdict.ADMITTED);
  }

  @Test
  void whatWasRightTakesNothingAway() {
    for (int i = 0; i < 100; i++) {
      assertThat(attempts.begin("a")).isEqualTo(Verdict.ADMITTED);
      attempts.end("a", false);
    }
  }

  @Test
  void oneAddressDoesNotKeepAllOthersWaiting() {
    for (int i = 0; i < 16; i++) {
      assertThat(attempts.begin("a")).isEqualTo(Verdict.ADMITTED);
    }
    assertThat(attempts.begin("a")).isEqualTo(Verdict.BUSY);
    nowMillis.addAndGet(60_000);
    assertThat(attempts.begin("a")).as("they wait beyond their minute").isEqualTo(Verdict.BUSY);
    attempts.end("a", false);
    assertThat(attempts.begin("a")).isEqualTo(Verdict.ADMITTED);
  }

  @Test
  void ofTheNewProtocolItsNetworkCountsAndOfTheOldItsAddress() throws UnknownHostException {
    assertThat(block("2001:db8:1:2:aaaa::1")).isEqualTo(block("2001:db8:1:2:bbbb::9"));
    assertThat(block("2001:db8:1:2::1")).isNotEqualTo(block("2001:db8:1:3::1"));
    assertThat(block("10.0.0.1")).isEqualTo("10.0.0.1").isEqualTo(block("::ffff:10.0.0.1"));
    assertThat(block("10.0.0.1")).isNotEqualTo(block("10.0.0.2"));
  }

  private static String block(String address) throws UnknownHostException {
    return AddressBlock.of(new InetSocketAddress(InetAddress.getByName(address), 1));
  }
}
