package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.junit.jupiter.api.Test;

/** Where connections go to machines that are known by names. */
class LastKnownAddressesTest {
  private final Map<String, String> names = new HashMap<>();
  private final LastKnownAddresses addresses = new LastKnownAddresses(() -> this::lookUp);

  private void lookUp(
      String host,
      int port,
      Map<String, Object> context,
      Promise<List<InetSocketAddress>> promise) {
    try {
      if (!names.containsKey(host)) {
        throw new UnknownHostException(host);
      }
      promise.succeeded(
          List.of(new InetSocketAddress(InetAddress.getByName(names.get(host)), port)));
    } catch (UnknownHostException e) {
      promise.failed(e);
    }
  }

  private String resolved(String host, int port) {
    CompletableFuture<List<InetSocketAddress>> found = new CompletableFuture<>();
    SocketAddressResolver resolver = addresses;
    resolver.resolve(
        host, port, Map.of(), Promise.from(found::complete, found::completeExceptionally));
    InetSocketAddress only = found.join().get(0);
    return only.getAddress().getHostAddress() + ":" + only.getPort();
  }

  @Test
  void aNameThatIsNotKnownAtFirstIsLookedUpAgain() {
    assertThatThrownBy(() -> resolved("m1", 80)).hasRootCauseInstanceOf(UnknownHostException.class);
    names.put("m1", "10.0.0.1");
    assertThat(resolved("m1", 80)).isEqualTo("10.0.0.1:80");
  }

  @Test
  void aNameThatLeadsElsewhereLaterIsFollowed() {
    names.put("m1", "10.0.0.1");
    assertThat(resolved("m1", 80)).isEqualTo("10.0.0.1:80");
    names.put("m1", "10.0.0.2");
    assertThat(resolved("m1", 80)).isEqualTo("10.0.0.2:80");
  }

  @Test
  void whileNamesCannotBeLookedUpTheyLeadWhereTheyLedLast() {
    names.put("m1", "10.0.0.1");
    resolved("m1", 80);
    names.clear();
    assertThat(resolved("m1", 81)).isEqualTo("10.0.0.1:81");
    assertThatThrownBy(() -> resolved("m2", 80)).hasRootCauseInstanceOf(UnknownHostException.class);
  }

  @Test
  void namesThatSomebodyMadeUpAreForgotten() {
    names.put("mine", "10.0.0.1");
    resolved("mine", 80);
    for (int i = 0; i < 5_000; i++) {
      names.put("made-up-" + i, "10.0.0.9");
      resolved("made-up-" + i, 80);
      resolved("mine", 80);
    }
    names.clear();
    assertThat(resolved("mine", 80)).isEqualTo("10.0.0.1:80");
    assertThatThrownBy(() -> resolved("made-up-1", 80))
        .hasRootCauseInstanceOf(UnknownHostException.class);
  }
}
