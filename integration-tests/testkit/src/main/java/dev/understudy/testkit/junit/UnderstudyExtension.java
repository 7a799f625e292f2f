package dev.understudy.testkit.junit;

import dev.understudy.testkit.local.Cluster;
import dev.understudy.testkit.local.ClusterBuilder;
import java.lang.reflect.AnnotatedElement;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Starts clusters for {@link Understudy}; JUnit closes them with what they are for. */
public final class UnderstudyExtension implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(UnderstudyExtension.class);

  /** Called by JUnit. */
  public UnderstudyExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Cluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ExtensionContext annotated = annotated(context);
    Understudy wanted = annotation(annotated).orElseThrow();
    boolean shared = wanted.lifecycle() == Understudy.Lifecycle.PER_CLASS;
    ExtensionContext owner = shared ? annotated : context;
    return owner
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Cluster.class, first -> start(wanted), Cluster.class);
  }

  /** The test, or what it is in: the nearest that says what cluster it wants. */
  private static ExtensionContext annotated(ExtensionContext context) {
    ExtensionContext nearest = context;
    while (annotation(nearest).isEmpty()) {
      nearest =
          nearest
              .getParent()
              .orElseThrow(
                  () -> new ParameterResolutionException("@Understudy says what a cluster is"));
    }
    return nearest;
  }

  private static Optional<Understudy> annotation(ExtensionContext context) {
    Optional<AnnotatedElement> element = context.getElement();
    return AnnotationSupport.findAnnotation(element, Understudy.class);
  }

  private static Cluster start(Understudy wanted) {
    ClusterBuilder builder =
        Cluster.builder()
            .machines(wanted.machines())
            .activeSize(wanted.activeSize())
            .removeDelaySeconds(wanted.removeDelay())
            .syncIntervalSeconds(wanted.syncInterval());
    for (String option : wanted.options()) {
      int equals = option.indexOf('=');
      if (equals < 0) {
        throw new ParameterResolutionException("an option is name=value, not " + option);
      }
      builder.option(option.substring(0, equals), option.substring(equals + 1));
    }
    try {
      return builder.start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ParameterResolutionException("interrupted while the cluster started", e);
    }
  }
}
