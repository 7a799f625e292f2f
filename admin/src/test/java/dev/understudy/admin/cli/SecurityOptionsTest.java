package dev.understudy.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.tls.Tls;
import dev.understudy.clusterconfig.tls.TlsVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecurityOptionsTest {
  private static final String BOTH =
      "--cert-file c --key-file k --peer-cert-file pc --peer-key-file pk ";

  private static MachineOptions machine(String args, Map<String, String> environment)
      throws UsageException {
    return ((CliCommand.RunMachine)
            new CommandLine(environment, () -> "h", "1").parse(List.of(args.strip().split(" +"))))
        .options();
  }

  private static MachineOptions machine(String args) throws UsageException {
    return machine(args, Map.of());
  }

  @Test
  void withoutCertificatesNothingIsSecured() throws UsageException {
    assertThat(machine("--name a").security()).isEqualTo(Security.NONE);
  }

  @Test
  void aPortWithACertificateIsAnnouncedWithHttps() throws UsageException {
    MachineOptions options = machine("--cert-file c --key-file k --addr a:1 --peer-addr a:2");
    assertThat(options.machine().clientUrl()).isEqualTo("https://a:1");
    assertThat(options.machine().peerUrl()).isEqualTo("http://a:2");
    assertThat(machine(BOTH + "--peer-addr https://a:2").machine().peerUrl())
        .isEqualTo("https://a:2");
    assertThat(options.security().clients().flatMap(Tls::identity))
        .contains(new Tls.Identity(Path.of("c"), Path.of("k")));
  }

  @Test
  void othersSpeakWhatThisMachineSpeaksUnlessTheListSays() throws UsageException {
    assertThat(machine(BOTH + "--peers b:1,http://c:1").peerUrls())
        .containsExactly("https://b:1", "http://c:1");
    assertThat(machine(BOTH + "--tls-allow-plain --peers b:1,https://c:1").peerUrls())
        .containsExactly("http://b:1", "https://c:1");
    assertThat(machine(BOTH + "--peer-addr a:2 --peers http://a:2,b:2").joining().listsItself())
        .isTrue();
  }

  @Test
  void aCaMeansThatCallersNeedCertificatesAsWithEtcd04() throws UsageException {
    Security security = machine(BOTH + "--ca-file ca --peer-ca-file pca").security();
    assertThat(security.clients().orElseThrow().clientAuth()).isTrue();
    assertThat(security.peers().orElseThrow().clientAuth()).isTrue();
  }

  @Test
  void aTrustedCaAsksForCertificatesOnlyWhereThatIsSaidAsWithEtcd2() throws UsageException {
    Tls asking =
        machine(BOTH + "--trusted-ca-file ca --client-cert-auth").security().clients().get();
    assertThat(asking.clientAuth()).isTrue();
    Tls calling = machine(BOTH + "--trusted-ca-file ca").security().clients().get();
    assertThat(calling.clientAuth()).isFalse();
    assertThat(calling.caFile()).contains(Path.of("ca"));
  }

  @Test
  void othersClientPortsAreCheckedByTheCaOfMachinesWhereThereIsNoOther() throws UsageException {
    Security security = machine(BOTH + "--peer-ca-file pca").security();
    assertThat(security.towardsClientPorts().orElseThrow().caFile()).contains(Path.of("pca"));
    assertThat(security.towardsClientPorts().orElseThrow().identity())
        .isEqualTo(security.clients().orElseThrow().identity());
    assertThat(Security.NONE.towardsClientPorts()).isEmpty();
  }

  @Test
  void etcdsOldAndNewNamesAndVariablesMeanTheSame() throws UsageException {
    Tls clients = machine("-clientCert c -clientKey k -clientCAFile ca").security().clients().get();
    assertThat(clients)
        .isEqualTo(machine("--cert-file c --key-file k --ca-file ca").security().clients().get());
    Map<String, String> etcd =
        Map.of(
            "ETCD_PEER_CERT_FILE", "c",
            "ETCD_PEER_KEY_FILE", "k",
            "ETCD_PEER_TRUSTED_CA_FILE", "ca",
            "ETCD_PEER_CLIENT_CERT_AUTH", "true",
            "ETCD_PEER_CERT_ALLOWED_CN", "peer",
            "ETCD_PEER_CERT_ALLOWED_HOSTNAME", "m.example");
    Tls peers = machine("--name a", etcd).security().peers().orElseThrow();
    assertThat(peers.clientAuth()).isTrue();
    assertThat(peers.allowedNames().commonName()).contains("peer");
    assertThat(peers.allowedNames().hostname()).contains("m.example");
  }

  @Test
  void versionsAndSuitesAreThoseOfBothPorts() throws UsageException {
    Security security = machine(BOTH + "--tls-min-version TLS1.3 --cipher-suites A,,B").security();
    for (Optional<Tls> tls : List.of(security.clients(), security.peers())) {
      assertThat(tls.orElseThrow().minVersion()).isEqualTo(TlsVersion.TLS_1_3);
      assertThat(tls.orElseThrow().cipherSuites()).containsExactly("A", "B");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--cert-file c|--cert-file needs --key-file",
        "--peer-key-file k|--peer-key-file needs --peer-cert-file",
        "--client-cert-auth|--client-cert-auth needs --trusted-ca-file",
        "--client-cert-auth --trusted-ca-file a|--client-cert-auth needs --cert-file",
        "--ca-file a|--ca-file needs --cert-file",
        "--peer-ca-file a|--peer-ca-file needs --peer-cert-file",
        "--ca-file a --trusted-ca-file b|--ca-file and --trusted-ca-file say different things",
        "--addr https://a:1|--addr says https, which needs --cert-file",
        "--listen-peer-urls https://0.0.0.0:1|--listen-peer-urls says https, which needs"
            + " --peer-cert-file",
        "--cert-file c --key-file k --addr http://a:1|--addr says http, but --cert-file makes this"
            + " port speak https only",
        "--tls-min-version 1.1|--tls-min-version needs 1.2 or 1.3, not \"1.1\"",
        "--cert-file c --key-file k --tls-min-version 2|--tls-min-version needs 1.2 or 1.3",
        "--peer-cert-allowed-cn x|which names peers may have says nothing without --peer-ca-file",
        "--tls-allow-plain|--tls-allow-plain says nothing without --cert-file or --peer-cert-file",
      })
  void whatCannotBeIsRefusedWithOneLine(String args, String message) {
    assertThatThrownBy(() -> machine(args))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
