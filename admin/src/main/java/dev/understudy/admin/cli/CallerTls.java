package dev.understudy.admin.cli;

import static dev.understudy.admin.cli.CommandSpec.option;

import dev.understudy.clusterconfig.tls.Tls;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads how a command that calls machines proves who it is, and whom it believes. */
final class CallerTls {
  private static final String CA = "ca-file";
  private static final String CERT = "cert-file";
  private static final String KEY = "key-file";
  private static final String SOURCE = "source-";
  private static final String SECRET = "cluster-secret-file";

  /** As etcdctl calls them. */
  static final List<CommandSpec.Option> OF_CLIENTS =
      List.of(
          option(CA + " FILE", "PEM: whose certificates are believed (default: Java's own)"),
          option(CERT + " FILE", "PEM: a certificate, where machines ask for one"),
          option(KEY + " FILE", "PEM: its key"),
          option(
              Login.OPTION + " NAME[:PASSWORD]",
              "a user, where machines ask for one; the password is better given in"
                  + " UNDERSTUDY_PASSWORD, or asked for"));

  /** The same, and the secret that peer ports may ask for. */
  static final List<CommandSpec.Option> OPTIONS =
      Stream.concat(
              OF_CLIENTS.stream(),
              Stream.of(
                  option(
                      SECRET + " FILE",
                      "the cluster's secret, where machines know each other by one")))
          .toList();

  /** What {@link #ofSource} reads, and the user there. */
  static final List<CommandSpec.Option> OF_SOURCE =
      List.of(
          option(SOURCE + CA + " FILE", "PEM: authorities that certify the source"),
          option(SOURCE + CERT + " FILE", "PEM: certificate to show the source"),
          option(SOURCE + KEY + " FILE", "PEM: its key"),
          option(
              Login.SOURCE_OPTION + " NAME[:PASSWORD]",
              "a user of the source's; its password may be given in"
                  + " UNDERSTUDY_SOURCE_PASSWORD, or is asked for"));

  private CallerTls() {}

  /**
   * Reads them.
   *
   * @param environment the variables that machines take the same from; empty where none count
   * @return empty when nothing was given
   */
  static Optional<Tls> read(GivenOptions given, Map<String, String> environment)
      throws UsageException {
    return read(given, "", environment);
  }

  /** The same for the cluster that something is copied from. */
  static Optional<Tls> ofSource(GivenOptions given) throws UsageException {
    return read(given, SOURCE, Map.of());
  }

  private static Optional<Tls> read(
      GivenOptions given, String whose, Map<String, String> environment) throws UsageException {
    Optional<Path> ca = file(given, whose + CA, environment);
    Optional<Path> cert = file(given, whose + CERT, environment);
    Optional<Path> key = file(given, whose + KEY, environment);
    if (cert.isPresent() != key.isPresent()) {
      throw new UsageException("--" + whose + CERT + " and --" + whose + KEY + " need each other");
    }
    return ca.isEmpty() && cert.isEmpty()
        ? Optional.empty()
        : Optional.of(Tls.ofCaller(cert.map(file -> new Tls.Identity(file, key.get())), ca));
  }

  /** The file of the cluster's secret; the same way. */
  static Optional<Path> secretFile(GivenOptions given, Map<String, String> environment)
      throws UsageException {
    return file(given, SECRET, environment);
  }

  private static Optional<Path> file(
      GivenOptions given, String word, Map<String, String> environment) throws UsageException {
    String variable = "UNDERSTUDY_" + word.replace('-', '_').toUpperCase(Locale.ROOT);
    return given
        .path(word)
        .or(
            () ->
                Optional.of(environment.getOrDefault(variable, ""))
                    .filter(text -> !text.isEmpty())
                    .map(Path::of));
  }
}
