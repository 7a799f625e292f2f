import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.net.URI;
import mousio.etcd4j.EtcdClient;
import mousio.etcd4j.EtcdSecurityContext;

/**
 * A write, a read and a watch by etcd4j: URL OTHER-URL USER:PASSWORD CA-FILE PAIR, of which the last
 * three may be empty; PAIR is the path of a certificate and its key (PKCS#8) without endings.
 */
public final class Etcd4jTour {
  private static EtcdClient client(String url, String login, String ca, String pair)
      throws Exception {
    String[] user = login.split(":");
    EtcdSecurityContext security = EtcdSecurityContext.NONE;
    if (!ca.isEmpty()) {
      SslContextBuilder tls = SslContextBuilder.forClient().trustManager(new File(ca));
      if (!pair.isEmpty()) {
        tls.keyManager(new File(pair + ".crt"), new File(pair + ".key"));
      }
      security =
          login.isEmpty()
              ? EtcdSecurityContext.withSslContext(tls.build())
              : new EtcdSecurityContext(tls.build(), user[0], user[1]);
    } else if (!login.isEmpty()) {
      security = EtcdSecurityContext.withCredential(user[0], user[1]);
    }
    return new EtcdClient(security, URI.create(url));
  }

  public static void main(String[] args) throws Exception {
    try (EtcdClient there = client(args[0], args[2], args[3], args[4]);
        EtcdClient here = client(args[1], args[2], args[3], args[4])) {
      long made = there.put("/e4j", "one").send().get().getNode().getModifiedIndex();
      check(here.get("/e4j").consistent().send().get().getNode().getValue(), "one");
      var seen = here.get("/e4j").waitForChange(made + 1).send();
      there.put("/e4j", "two").send().get();
      check(seen.get().getNode().getValue(), "two");
      System.out.println("tour done");
    }
    System.exit(0); // its threads go on
  }

  private static void check(String value, String wanted) {
    if (!wanted.equals(value)) {
      throw new IllegalStateException(value + " instead of " + wanted);
    }
  }
}
