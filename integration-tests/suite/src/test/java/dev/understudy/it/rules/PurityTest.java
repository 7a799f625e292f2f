package dev.understudy.it.rules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What takes its whole world from its caller: no files, sockets, clocks, threads, logs or dice. The
 * same calls give the same result there, on every machine and in every simulation.
 */
class PurityTest {
  /** The pure rooms, and what each needs beside itself and the language. */
  enum Room {
    RAFT("dev.understudy.raft"),
    STORE("dev.understudy.store", "org.pcollections"),
    TABLES("dev.understudy.tables", "org.pcollections"),
    LOCKS("dev.understudy.locks", "dev.understudy.tables"),
    USERS("dev.understudy.users");

    private final JavaClasses classes;
    private final Set<String> needs;

    Room(String home, String... others) {
      classes =
          new ClassFileImporter()
              .withImportOption(new ImportOption.DoNotIncludeTests())
              .importPackages(home);
      needs = others.length == 0 ? Set.of(home) : Set.of(home, others[0]);
    }
  }

  private static final Set<String> PURE_PACKAGES =
      Set.of(
          "java.lang",
          "java.lang.invoke",
          "java.lang.runtime",
          "java.util",
          "java.util.function",
          "java.util.stream");

  /** Records and enums are serializable by nature. */
  private static final Set<String> PURE_CLASSES = Set.of("java.io.Serializable");

  private static final Set<String> IMPURE_CLASSES =
      Set.of(
          "java.util.Random",
          "java.util.SplittableRandom",
          "java.util.UUID",
          "java.util.Timer",
          "java.util.TimerTask",
          "java.util.Date",
          "java.util.Calendar",
          "java.util.Scanner",
          "java.util.ServiceLoader",
          "java.lang.Thread",
          "java.lang.ThreadLocal",
          "java.lang.Runtime",
          "java.lang.Process",
          "java.lang.ProcessBuilder");

  @ParameterizedTest
  @EnumSource
  void itUsesNoFileNoSocketNoClockNoThreadNoLoggerAndNoRandomness(Room room) {
    assertThat(room.classes).isNotEmpty();
    DescribedPredicate<JavaClass> pure = describe("are pure", type -> isPure(type, room));
    classes().should().onlyDependOnClassesThat(pure).check(room.classes);
  }

  private static boolean isPure(JavaClass type, Room room) {
    JavaClass base = type.getBaseComponentType();
    String name = base.getName();
    String inPackage = base.getPackageName();
    if (IMPURE_CLASSES.contains(name)) {
      return false;
    }
    return base.isPrimitive()
        || PURE_PACKAGES.contains(inPackage)
        || PURE_CLASSES.contains(name)
        || room.needs.contains(inPackage);
  }

  @ParameterizedTest
  @EnumSource
  void itAsksTheSystemForNothingAndThrowsNoDice(Room room) {
    noClasses()
        .should()
        .accessTargetWhere(
            describe(
                "it is more of System than copying arrays, or chance, or waiting",
                PurityTest::asksTheWorld))
        .check(room.classes);
  }

  private static boolean asksTheWorld(JavaAccess<?> access) {
    return switch (access.getTargetOwner().getName()) {
      case "java.lang.System" -> !access.getName().equals("arraycopy");
      case "java.lang.Math", "java.lang.StrictMath" -> access.getName().equals("random");
      case "java.lang.Object" -> access.getName().equals("wait");
      case "java.util.Collections" -> access.getName().equals("shuffle");
      default -> false;
    };
  }
}
