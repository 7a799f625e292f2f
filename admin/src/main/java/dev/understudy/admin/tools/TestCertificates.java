package dev.understudy.admin.tools;

import dev.understudy.clusterconfig.tls.Authority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The files of a certificate authority, and certificates of it, for a cluster to try things with.
 *
 * @param directory where they lie: {@code ca.crt} and {@code ca.key}, and a pair for each name
 */
public record TestCertificates(Path directory) {
  /** The name of the certificate that is for those who call. */
  public static final String CLIENT = "client";

  public Path ca() {
    return directory.resolve("ca.crt");
  }

  public Path certificate(String name) {
    return directory.resolve(name + ".crt");
  }

  public Path key(String name) {
    return directory.resolve(name + ".key");
  }

  /**
   * Makes them; nothing that is there already is written over.
   *
   * @param names of machines
   * @param hosts host names and addresses that every machine's certificate is for
   * @param days how long they are good
   * @param nowMillis since the epoch
   */
  public void make(List<String> names, List<String> hosts, long days, long nowMillis)
      throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Authority authority = new Authority("understudy test CA", nowMillis);
    write("ca", authority.own());
    for (String name : names) {
      write(name, authority.issue(name, hosts, days));
    }
    write(CLIENT, authority.issue(CLIENT, List.of(), days));
  }

  /** Makes those that are not there yet, of the authority that is. */
  public void complete(List<String> names, List<String> hosts, long days, long nowMillis)
      throws IOException {
    List<String> missing = names.stream().filter(name -> !Files.exists(certificate(name))).toList();
    if (!Files.exists(ca())) {
      make(names, hosts, days, nowMillis);
    } else if (!missing.isEmpty()) {
      Authority authority = Authority.read(ca(), key("ca"), nowMillis);
      for (String name : missing) {
        write(name, authority.issue(name, hosts, days));
      }
    }
  }

  private void write(String name, Authority.Issued issued) throws IOException {
    write(key(name), issued.keyPem(), "rw-------");
    write(certificate(name), issued.certificatePem(), "rw-r--r--");
  }

  private static void write(Path file, String content, String permissions) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
    Files.writeString(file, content, StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
  }
}
