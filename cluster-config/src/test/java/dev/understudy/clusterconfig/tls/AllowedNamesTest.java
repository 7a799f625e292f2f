package dev.understudy.clusterconfig.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AllowedNamesTest {
  private static final Authority CA = new Authority("ca", System.currentTimeMillis());
  private static final X509Certificate CERTIFICATE =
      CA.issue("m1", List.of("a.example", "*.b.example", "10.0.0.1"), 1).certificate();

  private static boolean passes(AllowedNames names) {
    try {
      names.check(CERTIFICATE);
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  private static boolean hasHostname(String name) {
    return passes(new AllowedNames(Optional.empty(), Optional.of(name)));
  }

  @Test
  void theCommonNameIsThatOfTheSubjectToTheLetter() {
    assertThat(passes(new AllowedNames(Optional.of("m1"), Optional.empty()))).isTrue();
    assertThat(passes(new AllowedNames(Optional.of("M1"), Optional.empty()))).isFalse();
    assertThat(passes(new AllowedNames(Optional.of("m"), Optional.empty()))).isFalse();
    assertThat(passes(new AllowedNames(Optional.of("CN=m1"), Optional.empty()))).isFalse();
  }

  @Test
  void aHostNameIsOneOfThoseThatTheCertificateIsFor() {
    assertThat(hasHostname("a.example")).isTrue();
    assertThat(hasHostname("A.Example")).isTrue();
    assertThat(hasHostname("10.0.0.1")).isTrue();
    assertThat(hasHostname("x.a.example")).isFalse();
    assertThat(hasHostname("m1")).isFalse();
  }

  @Test
  void aStarStandsForOneWholeLabel() {
    assertThat(hasHostname("x.b.example")).isTrue();
    assertThat(hasHostname("x.y.b.example")).isFalse();
    assertThat(hasHostname("b.example")).isFalse();
  }

  @Test
  void bothNamesAreNeededWhereBothAreGiven() {
    assertThat(passes(new AllowedNames(Optional.of("m1"), Optional.of("a.example")))).isTrue();
    assertThat(passes(new AllowedNames(Optional.of("m1"), Optional.of("c.example")))).isFalse();
    assertThat(passes(new AllowedNames(Optional.of("m2"), Optional.of("a.example")))).isFalse();
  }
}
