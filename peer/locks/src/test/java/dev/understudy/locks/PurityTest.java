package dev.understudy.locks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * Sessions and locks ask nothing of the world: no files, sockets, clocks, threads, logs or dice.
 */
class PurityTest {
  private static final JavaClasses LOCKS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.understudy.locks");

  @Test
  void readsAndWritesNoFilesAndNoSockets() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio..", "java.net..", "javax.net..")
        .check(LOCKS);
    // Records and enums are serializable by nature; nothing else of java.io.
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.io\\.(?!Serializable).*")
        .check(LOCKS);
  }

  @Test
  void asksNoClock() {
    noClasses().should().dependOnClassesThat().resideInAnyPackage("java.time..").check(LOCKS);
    noClasses()
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .check(LOCKS);
  }

  @Test
  void startsNoThreadAndWaitsForNone() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.concurrent..")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Thread.class, ThreadLocal.class, java.util.Timer.class)
        .orShould()
        .callMethod(Object.class, "wait")
        .check(LOCKS);
  }

  @Test
  void logsNothing() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.slf4j..", "java.util.logging..", "java.lang.System$Logger")
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(LOCKS);
  }

  @Test
  void throwsNoDice() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(Random.class, SplittableRandom.class, ThreadLocalRandom.class, UUID.class)
        .orShould()
        .callMethod(Math.class, "random")
        .check(LOCKS);
  }

  @Test
  void needsNothingButItsTables() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "dev.understudy.locks..", "java.lang..", "java.util..", "dev.understudy.tables..", "")
        .check(LOCKS);
  }
}
