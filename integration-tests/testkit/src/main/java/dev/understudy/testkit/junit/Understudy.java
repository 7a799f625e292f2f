package dev.understudy.testkit.junit;

import dev.understudy.testkit.local.Cluster;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives tests a cluster of real machines in this process, as a parameter of the type {@link
 * Cluster}.
 *
 * <pre>{@code
 * @Understudy(machines = 5, activeSize = 3)
 * class MyServiceTest {
 *   @Test
 *   void itOutlivesTheLeader(Cluster cluster) throws Exception {
 *     ...
 *     cluster.kill(cluster.leader());
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>On a class, all its tests share one cluster, which starts with the first test that asks for
 * it, unless {@link #lifecycle} says otherwise; on a method, the test has its own. A test has to
 * undo what it does to a shared cluster: restart what it killed, resume what it paused.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(UnderstudyExtension.class)
public @interface Understudy {
  /** How long a cluster on a class lives. */
  enum Lifecycle {
    /** Each test has its own. */
    PER_TEST,
    /** All tests of the class share one. */
    PER_CLASS
  }

  /** How many machines there are, m1, m2 and so on. */
  int machines() default 3;

  /** How many of them have a seat; 3 at least. */
  int activeSize() default 3;

  /** The silence after which a peer loses its seat, in seconds; 2 at least. */
  int removeDelay() default 5;

  /** How often a standby syncs, in seconds; 1 at least. */
  int syncInterval() default 1;

  /** Further options of every machine, each {@code name=value} as on the command line. */
  String[] options() default {};

  /** How long a cluster on a class lives. */
  Lifecycle lifecycle() default Lifecycle.PER_CLASS;
}
