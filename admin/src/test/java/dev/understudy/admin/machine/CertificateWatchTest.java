package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.understudy.clusterconfig.tls.Authority;
import dev.understudy.clusterconfig.tls.LiveTls;
import dev.understudy.clusterconfig.tls.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class CertificateWatchTest {
  private static final long NOW = System.currentTimeMillis();
  private static final Authority CA = new Authority("ca", NOW);

  @TempDir Path directory;

  private final AtomicLong clock = new AtomicLong(NOW);
  private final CertificateWatch watch = new CertificateWatch(clock::get);
  private final Logger logger = (Logger) LoggerFactory.getLogger(CertificateWatch.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  private List<String> lines() {
    List<String> lines =
        log.list.stream().map(e -> e.getLevel() + " " + e.getFormattedMessage()).toList();
    log.list.clear();
    return lines;
  }

  private Tls.Identity files(Authority.Issued issued) throws IOException {
    Tls.Identity files =
        new Tls.Identity(directory.resolve("own.crt"), directory.resolve("own.key"));
    Files.writeString(files.certFile(), issued.certificatePem());
    Files.writeString(files.keyFile(), issued.keyPem());
    return files;
  }

  private LiveTls watched(long days) throws IOException {
    Tls.Identity files = files(CA.issue("m1", List.of(), days));
    LiveTls live = LiveTls.load(Tls.ofCaller(Optional.of(files), Optional.empty()));
    watch.add("clients", Optional.of(live));
    return live;
  }

  @Test
  void aChangedFileIsTakenAndSaidOnce() throws IOException {
    LiveTls live = watched(365);
    watch.look();
    assertThat(lines()).isEmpty();
    files(CA.issue("m1", List.of(), 100));
    watch.look();
    watch.look();
    assertThat(lines())
        .singleElement()
        .asString()
        .startsWith("INFO new certificates for clients: CN=m1, good until ");
    assertThat(live.expiry().orElseThrow().getTime()).isLessThan(NOW + TimeUnit.DAYS.toMillis(101));
  }

  @Test
  void whatIsHalfReplacedIsNoReasonForAWarning() throws IOException {
    watched(365);
    Authority.Issued next = CA.issue("m1", List.of(), 100);
    Files.writeString(directory.resolve("own.crt"), next.certificatePem());
    watch.look();
    assertThat(lines()).isEmpty();
    Files.writeString(directory.resolve("own.key"), next.keyPem());
    watch.look();
    assertThat(lines()).singleElement().asString().startsWith("INFO new certificates");
  }

  @Test
  void whatStaysBadIsRefusedInOneLineAndTakenOnceItIsGood() throws IOException {
    watched(365);
    Files.writeString(directory.resolve("own.crt"), "nothing");
    for (int i = 0; i < 5; i++) {
      watch.look();
    }
    assertThat(lines())
        .singleElement()
        .asString()
        .startsWith("WARN new certificates for clients are refused, the old ones stay: ")
        .endsWith("own.crt holds no certificate (PEM)");
    files(CA.issue("m1", List.of(), 100));
    watch.look();
    assertThat(lines()).singleElement().asString().startsWith("INFO new certificates");
  }

  @Test
  void whoeverAsksIsAnswered() throws IOException {
    watched(365);
    watch.reload();
    assertThat(lines()).containsExactly("INFO certificates for clients have not changed");
    Files.delete(directory.resolve("own.key"));
    watch.reload();
    assertThat(lines()).singleElement().asString().contains("refused").contains("there is no file");
  }

  @Test
  void aCertificateThatExpiresWithinThirtyDaysIsWarnedOfOnceADay() throws IOException {
    watched(31);
    watch.look();
    assertThat(lines()).isEmpty();
    clock.addAndGet(TimeUnit.HOURS.toMillis(36));
    watch.look();
    watch.look();
    assertThat(lines())
        .singleElement()
        .asString()
        .startsWith("WARN a certificate for clients expires in 29 days: ");
    clock.addAndGet(TimeUnit.DAYS.toMillis(30));
    watch.look();
    assertThat(lines())
        .singleElement()
        .asString()
        .startsWith("WARN a certificate for clients has expired: ");
  }
}
