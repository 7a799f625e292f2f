package dev.understudy.clusterconfig.tls;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The versions of TLS that are spoken here. Older ones are broken, and never are. */
public enum TlsVersion {
  TLS_1_2("1.2"),
  TLS_1_3("1.3");

  private final String number;

  TlsVersion(String number) {
    this.number = number;
  }

  public String number() {
    return number;
  }

  /** Reads {@code 1.2}, or {@code TLS1.2} as etcd writes it. */
  public static Optional<TlsVersion> of(String text) {
    String bare = text.toLowerCase(Locale.ROOT).replaceFirst("^tlsv?", "");
    return Arrays.stream(values()).filter(version -> version.number.equals(bare)).findFirst();
  }

  /** This one and the newer ones, as Java calls them. */
  List<String> andNewer() {
    return Arrays.stream(values())
        .filter(version -> version.compareTo(this) >= 0)
        .map(version -> "TLSv" + version.number)
        .toList();
  }
}
