package dev.understudy.clusterconfig.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterSecretTest {
  private static final ClusterSecret SECRET = new ClusterSecret("a secret of all machines");
  private static final ClusterSecret OTHER = new ClusterSecret("another secret of others");
  private static final ProvenRequest REQUEST =
      new ProvenRequest("PUT", "/v2/admin/config?a=1", Map.of("Understudy-Body", "0a"));

  private final AtomicLong clock = new AtomicLong();
  private final SecureRandom random = new SecureRandom();
  private final Nonces nonces = newNonces();

  private Nonces newNonces() {
    return new Nonces(
        () -> {
          byte[] bytes = new byte[16];
          random.nextBytes(bytes);
          return bytes;
        },
        clock::get);
  }

  @Test
  void aProofIsTheSameForWhoeverKnowsTheSecretAndForNobodyElse() {
    String proof = SECRET.proofOfCaller("n", REQUEST);
    assertThat(new ClusterSecret(" a secret of all machines\n").proofOfCaller("n", REQUEST))
        .isEqualTo(proof);
    assertThat(OTHER.proofOfCaller("n", REQUEST)).isNotEqualTo(proof);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v2/admin/config?a=1, Understudy-Body, 0a",
    "PUT, /v2/admin/config?a=2, Understudy-Body, 0a",
    "PUT, /v2/admin/config, Understudy-Body, 0a",
    "PUT, /v2/admin/config?a=1, Understudy-Body, 0b",
    "PUT, /v2/admin/config?a=1, Understudy-From, 0a",
    "PUT, /v2/admin/config?a=1, X-Understudy-Body, 0a",
    "PUT, /v2/admin/config?a=1, Accept, 0a"
  })
  void aProofIsForOneRequestOnly(String method, String target, String header, String value) {
    ProvenRequest other = new ProvenRequest(method, target, Map.of(header, value));
    assertThat(SECRET.proofOfCaller("n", other)).isNotEqualTo(SECRET.proofOfCaller("n", REQUEST));
  }

  @Test
  void aProofIsForOneNonceAndOneSideOnly() {
    assertThat(SECRET.proofOfCaller("m", REQUEST)).isNotEqualTo(SECRET.proofOfCaller("n", REQUEST));
    assertThat(SECRET.proofOfCalled("c", "n")).isNotEqualTo(SECRET.proofOfCalled("cn", ""));
    assertThat(SECRET.proofOfCalled("c", "n"))
        .isNotEqualTo(SECRET.proofOfCaller("c", new ProvenRequest("n", "", Map.of())));
  }

  /** What others add on the way, and the proof itself, are none of it. */
  @Test
  void onlyHeadersOfOursAreCoveredInWhateverOrderAndCase() {
    ProvenRequest sent =
        new ProvenRequest(
            "GET", "/", Map.of("Understudy-From", "1", "Understudy-To", "2", "Accept", "*"));
    ProvenRequest received =
        new ProvenRequest(
            "GET",
            "/",
            Map.of("understudy-to", "2", "UNDERSTUDY-FROM", "1", "Understudy-Proof", "x"));
    assertThat(received).isEqualTo(sent);
  }

  @Test
  void aNonceIsGoodForOneRequestAndForAMinute() {
    String nonce = nonces.issue();
    assertThat(nonces.isGood(nonce)).isTrue();
    assertThat(nonces.use(nonce)).isTrue();
    assertThat(nonces.use(nonce)).as("a second time").isFalse();
    String late = nonces.issue();
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(Nonces.LIFE_MILLIS - 1));
    assertThat(nonces.isGood(late)).isTrue();
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
    assertThat(nonces.isGood(late)).isFalse();
    assertThat(nonces.isGood(nonce)).isFalse();
  }

  @Test
  void aNonceOfSomebodyElseIsNotGood() {
    String nonce = nonces.issue();
    assertThat(newNonces().isGood(nonce)).as("at another machine").isFalse();
    for (String forged :
        new String[] {"", ".", "..", "1.2", "0" + nonce, nonce + "0", "x." + nonce}) {
      assertThat(nonces.isGood(forged)).as(forged).isFalse();
    }
  }

  /** A stranger may ask for as many as it likes. */
  @Test
  void nothingIsKeptOfNoncesThatAreNotUsedAndOfUsedOnesForAMinute() {
    for (int i = 0; i < 1_000; i++) {
      nonces.issue();
    }
    assertThat(nonces.kept()).isZero();
    assertThat(nonces.use(nonces.issue())).isTrue();
    assertThat(nonces.kept()).isOne();
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(2 * Nonces.LIFE_MILLIS));
    assertThat(nonces.use(nonces.issue())).isTrue();
    assertThat(nonces.kept()).isOne();
  }

  @Test
  void aCallerProvesNothingToAMachineThatDoesNotKnowTheSecret() throws IOException {
    Dialogue dialogue = Dialogue.begin(SECRET, random);
    URI url = URI.create("http://h:1/v2/admin/config");
    String good = SECRET.proofOfCalled(dialogue.challenge(), "n");
    Optional<byte[]> body = Optional.of("{}".getBytes(StandardCharsets.UTF_8));
    Map<String, String> headers = dialogue.answer(200, "n", good, "PUT", url, Map.of(), body);
    assertThat(headers)
        .containsEntry(ClusterSecret.NONCE, "n")
        .containsEntry(
            ClusterSecret.PROOF,
            SECRET.proofOfCaller("n", new ProvenRequest("PUT", "/v2/admin/config", headers)));
    assertThat(headers).containsKey(ClusterSecret.BODY);

    String bad = OTHER.proofOfCalled(dialogue.challenge(), "n");
    String replayed = SECRET.proofOfCalled(Dialogue.begin(SECRET, random).challenge(), "n");
    for (String proof : new String[] {null, "", bad, replayed}) {
      assertThatThrownBy(() -> dialogue.answer(200, "n", proof, "PUT", url, Map.of(), body))
          .isInstanceOf(IOException.class)
          .hasMessage("the machine there does not know the cluster's secret");
    }
    assertThatThrownBy(() -> dialogue.answer(404, "n", good, "PUT", url, Map.of(), body))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aFileThatHoldsNoSecretIsRefusedWithOneLine(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("secret");
    assertThatThrownBy(() -> ClusterSecret.read(file)).hasMessage("there is no file " + file);
    Files.writeString(file, "  short  \n");
    assertThatThrownBy(() -> ClusterSecret.read(file)).hasMessageContaining("16 characters");
    Files.writeString(file, "x".repeat(5_000));
    assertThatThrownBy(() -> ClusterSecret.read(file)).hasMessageContaining("longer than");
    Files.writeString(file, "a secret of all machines\n");
    assertThat(ClusterSecret.read(file).proofOfCalled("c", "n"))
        .isEqualTo(SECRET.proofOfCalled("c", "n"));
    assertThat(ClusterSecret.read(file).toString()).doesNotContain("machines");
  }
}
