package dev.understudy.tables;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** The tables ask nothing of the world: no files, sockets, clocks, threads, logs or dice. */
class PurityTest {
  private static final JavaClasses TABLES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.understudy.tables");

  @Test
  void readsAndWritesNoFilesAndNoSockets() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio..", "java.net..", "javax.net..")
        .check(TABLES);
    // Records and enums are serializable by nature; nothing else of java.io.
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.io\\.(?!Serializable).*")
        .check(TABLES);
  }

  @Test
  void asksNoClock() {
    noClasses().should().dependOnClassesThat().resideInAnyPackage("java.time..").check(TABLES);
    noClasses()
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .check(TABLES);
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
        .check(TABLES);
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
        .check(TABLES);
  }

  @Test
  void throwsNoDice() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(Random.class, SplittableRandom.class, ThreadLocalRandom.class, UUID.class)
        .orShould()
        .callMethod(Math.class, "random")
        .check(TABLES);
  }

  @Test
  void needsNothingButItsCollections() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "dev.understudy.tables..", "java.lang..", "java.util..", "org.pcollections..", "")
        .check(TABLES);
  }
}
