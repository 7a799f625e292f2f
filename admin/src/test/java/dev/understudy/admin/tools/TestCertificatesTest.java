package dev.understudy.admin.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.understudy.clusterconfig.tls.LiveTls;
import dev.understudy.clusterconfig.tls.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCertificatesTest {
  private static final List<String> HOSTS = List.of("localhost", "127.0.0.1");

  @TempDir Path directory;

  private static Tls tls(TestCertificates files, String name) {
    return Tls.ofCaller(
        Optional.of(new Tls.Identity(files.certificate(name), files.key(name))),
        Optional.of(files.ca()));
  }

  @Test
  void machinesThatComeLaterGetCertificatesOfTheSameAuthority() throws IOException {
    TestCertificates files = new TestCertificates(directory.resolve("tls"));
    long now = System.currentTimeMillis();
    files.complete(List.of("m1"), HOSTS, 1, now);
    String ca = Files.readString(files.ca());
    String first = Files.readString(files.certificate("m1"));

    files.complete(List.of("m1", "m2"), HOSTS, 1, now);

    assertThat(Files.readString(files.ca())).isEqualTo(ca);
    assertThat(Files.readString(files.certificate("m1"))).isEqualTo(first);
    for (String name : List.of("m1", "m2", TestCertificates.CLIENT)) {
      assertThatCode(() -> LiveTls.load(tls(files, name))).doesNotThrowAnyException();
    }
    assertThat(Files.getPosixFilePermissions(files.key("m2"))).hasSize(2);
  }
}
