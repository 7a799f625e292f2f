package dev.understudy.clusterconfig.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that openssl has made. */
class PemFileTest {
  @TempDir Path directory;

  private static Path file(String name) {
    try {
      return Path.of(PemFileTest.class.getResource("/pem/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Tls tls(Path cert, Path key) {
    return Tls.ofCaller(Optional.of(new Tls.Identity(cert, key)), Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "rsa.crt, rsa-pkcs1.key",
    "rsa.crt, rsa-pkcs8.key",
    "ec.crt, ec-sec1.key",
    "ec.crt, ec-pkcs8.key",
    "ed25519.crt, ed25519.key",
    "pss.crt, pss.key",
    "pss-sha512.crt, pss-sha512.key",
    "both.pem, both.pem"
  })
  void keysOfEveryFormAreReadAndBelongToTheirCertificates(String cert, String key) {
    assertThatCode(() -> LiveTls.load(tls(file(cert), file(key)))).doesNotThrowAnyException();
  }

  @Test
  void everyCertificateOfABundleIsRead() throws IOException {
    assertThat(PemFile.read(file("bundle.crt")).certificates())
        .extracting(certificate -> certificate.getSubjectX500Principal().getName())
        .containsExactly("CN=rsa", "CN=ec");
  }

  /** As the files of nginx and HAProxy begin, and those of {@code openssl ecparam}. */
  @ParameterizedTest
  @ValueSource(strings = {"DH PARAMETERS", "EC PARAMETERS", "X9.42 DH PARAMETERS", "SOMETHING"})
  void whatIsNeitherCertificateNorKeyIsPassedOver(String type) throws IOException {
    String other = "-----BEGIN " + type + "-----\nBggqhkjOPQMBBw==\n-----END " + type + "-----\n";
    Path both =
        Files.writeString(
            directory.resolve("both"), other + Files.readString(file("both.pem")) + other);
    assertThatCode(() -> LiveTls.load(tls(both, both))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"encrypted-pkcs1.key", "encrypted-pkcs8.key"})
  void anEncryptedKeyIsRefusedWithTheCommandThatDecryptsIt(String key) {
    assertThatThrownBy(() -> PemFile.read(file(key)).privateKey())
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("encrypted")
        .hasMessageContaining("openssl pkey -in " + file(key));
  }

  @ParameterizedTest
  @CsvSource({"rsa.crt, ec-sec1.key", "ec.crt, ed25519.key", "bundle.crt, ec-pkcs8.key"})
  void aKeyOfAnotherCertificateIsRefused(String cert, String key) {
    assertThatThrownBy(() -> LiveTls.load(tls(file(cert), file(key))))
        .isInstanceOf(TlsException.class)
        .hasMessage(
            "the key in " + file(key) + " is not that of the first certificate in " + file(cert));
  }

  @Test
  void certificatesThatAreNoChainAreRefused() {
    assertThatThrownBy(() -> LiveTls.load(tls(file("bundle.crt"), file("rsa-pkcs8.key"))))
        .hasMessage(file("bundle.crt") + " holds no chain: CN=rsa is not from CN=ec");
  }

  @Test
  void whatIsNotThereOrNotPemIsRefusedWithOneLine() throws IOException {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> PemFile.read(missing)).hasMessage("there is no file " + missing);
    assertThatThrownBy(() -> PemFile.read(directory))
        .hasMessage(directory + " is not a regular file");
    Path text = Files.writeString(directory.resolve("text"), "hello");
    assertThatThrownBy(() -> PemFile.read(text).certificates())
        .hasMessage(text + " holds no certificate (PEM)");
    assertThatThrownBy(() -> PemFile.read(text).privateKey())
        .hasMessage(text + " holds no private key (PEM)");
    Path large = Files.write(directory.resolve("large"), new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> PemFile.read(large)).hasMessageContaining("longer than");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMIIB\n",
        "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"
      })
  void tornPemIsRefusedWithOneLine(String content) throws IOException {
    Path torn = Files.writeString(directory.resolve("torn"), content);
    assertThatThrownBy(() -> LiveTls.load(tls(torn, torn)))
        .isInstanceOf(TlsException.class)
        .hasMessageStartingWith(torn.toString())
        .hasMessageNotContaining("\n");
  }
}
