package dev.understudy.raft;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The core takes its whole world from its caller; the build fails when it reaches for it. */
class PurityTest {
  /** What of java.lang and java.util is pure. */
  private static final Set<String> PURE_PACKAGES =
      Set.of("java.util", "java.util.function", "java.util.stream", "java.lang.invoke");

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

  private final JavaClasses core =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.understudy.raft");

  @Test
  void theCoreUsesNoFileNoSocketNoClockNoThreadNoLoggerAndNoRandomness() {
    classes().should().onlyDependOnClassesThat(arePure()).check(core);
  }

  @Test
  void ofTheSystemTheCoreUsesOnlyCopyingOfArrays() {
    noClasses()
        .should()
        .accessTargetWhere(
            describe(
                "the owner is System and it is no copying of arrays",
                (JavaAccess<?> access) ->
                    access.getTargetOwner().getName().equals("java.lang.System")
                        && !access.getName().equals("arraycopy")))
        .check(core);
  }

  private static DescribedPredicate<JavaClass> arePure() {
    return describe("are pure", PurityTest::isPure);
  }

  private static boolean isPure(JavaClass type) {
    JavaClass base = type.getBaseComponentType();
    String name = base.getName();
    String inPackage = base.getPackageName();
    if (IMPURE_CLASSES.contains(name)) {
      return false;
    }
    return base.isPrimitive()
        || inPackage.equals("java.lang")
        || inPackage.equals("java.lang.runtime")
        || PURE_PACKAGES.contains(inPackage)
        || inPackage.equals("dev.understudy.raft");
  }
}
