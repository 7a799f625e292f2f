package dev.understudy.admin.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.cli.MachineOptions;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddedOptionsTest {
  @Test
  void everyMethodSetsTheOptionOfItsName() throws Exception {
    List<Method> methods =
        Arrays.stream(EmbeddedOptions.class.getDeclaredMethods())
            .filter(method -> method.getReturnType() == EmbeddedOptions.class)
            .filter(method -> !Modifier.isStatic(method.getModifiers()))
            .filter(method -> !method.getName().equals("with"))
            .toList();
    assertThat(methods).hasSizeGreaterThan(40);
    for (Method method : methods) {
      EmbeddedOptions options =
          (EmbeddedOptions) method.invoke(EmbeddedOptions.named("a"), arguments(method));
      String word = method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
      assertThat(options.values()).containsKeys("name", word).hasSize(2);
    }
  }

  private static final Map<Class<?>, Object> EXAMPLES =
      Map.of(
          Path.class,
          Path.of("x"),
          String.class,
          "x",
          String[].class,
          new String[] {"x"},
          int.class,
          1,
          long.class,
          1L,
          double.class,
          1.5);

  private static Object[] arguments(Method method) {
    return Arrays.stream(method.getParameterTypes()).map(EXAMPLES::get).toArray();
  }

  @Test
  void theyAreReadAsTheCommandLineReadsThem() {
    EmbeddedOptions given =
        EmbeddedOptions.named("a")
            .dataDir(Path.of("d"))
            .addr("10.0.0.1:1")
            .peers("10.0.0.2:2", "10.0.0.3:2")
            .clusterRemoveDelay(2.5)
            .standbyMode("proxy")
            .zone("rack 1")
            .maxPeerConnections(300)
            .maxHeaderBytes(20_000)
            .idleTimeout(20.5);
    MachineOptions options = EmbeddedOptions.read(given.values(), "1");
    assertThat(options.name()).isEqualTo("a");
    assertThat(options.clientAddress().url()).isEqualTo("http://10.0.0.1:1");
    assertThat(options.peerUrls()).containsExactly("http://10.0.0.2:2", "http://10.0.0.3:2");
    assertThat(options.clusterConfig().removeDelaySeconds()).isEqualTo(2.5);
    assertThat(options.zone()).isEqualTo("rack 1");
  }

  @Test
  void aPortThatIsNoughtBecomesOneThatIsListenedOn() throws Exception {
    BoundPorts bound =
        BoundPorts.of(Map.of("addr", "https://localhost:0", "bind-addr", "127.0.0.1"));
    try (var sockets = bound.sockets()) {
      int port = sockets.client().orElseThrow().socket().getLocalPort();
      assertThat(bound.options())
          .containsEntry("addr", "https://localhost:" + port)
          .containsEntry("bind-addr", "127.0.0.1");
      assertThat(sockets.peer()).isEmpty();
    }
    BoundPorts both = BoundPorts.of(Map.of("peer-addr", "a:5", "peer-bind-addr", "[::1]:0"));
    try (var sockets = both.sockets()) {
      int port = sockets.peer().orElseThrow().socket().getLocalPort();
      assertThat(both.options())
          .containsEntry("peer-addr", "a:5")
          .containsEntry("peer-bind-addr", "[::1]:" + port);
    }
    assertThat(BoundPorts.of(Map.of("addr", "a:5")).sockets().client()).isEmpty();
    assertThat(BoundPorts.of(Map.of("addr", "a:b:c")).options()).containsEntry("addr", "a:b:c");
  }
}
