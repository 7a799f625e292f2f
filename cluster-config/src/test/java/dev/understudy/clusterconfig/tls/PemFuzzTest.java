package dev.understudy.clusterconfig.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.understudy.clusterconfig.fuzz.Fuzz;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PemFuzzTest {
  @Test
  void whatIsNoSoundFileIsRefusedAsSuch() throws IOException, URISyntaxException {
    Fuzz fuzz = new Fuzz(PemFuzzTest.class, "pem", TlsException.class);
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of(PemFuzzTest.class.getResource("/pem").toURI()))) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      fuzz.seed(Files.readAllBytes(file));
    }
    fuzz.run(
        input -> {
          PemFile pem = new PemFile(Path.of("f"), new String(input, ISO_8859_1));
          try {
            pem.privateKey();
          } catch (TlsException refused) {
            pem.certificates(); // the other reader gets its turn in any case
          }
        });
  }
}
