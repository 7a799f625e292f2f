package dev.understudy.admin.discovery;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import dev.understudy.admin.discovery.KeyService.Answer;
import dev.understudy.admin.discovery.KeyService.Question;
import dev.understudy.clusterconfig.UrlText;
import dev.understudy.standby.WorkLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One machine at one token. Used on the loop alone, on which its futures complete: with a value, or
 * with a {@link DiscoveryException}.
 */
public final class Discovery {
  private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

  /**
   * etcd 0.4's: a machine that is off for a week is not waited for. It is renewed for as long as
   * the machine runs, so that machines that come later find somebody.
   */
  static final long TTL_SECONDS = TimeUnit.DAYS.toSeconds(7);

  private static final long RENEWAL_MILLIS = TimeUnit.SECONDS.toMillis(TTL_SECONDS) / 8;
  private static final long TIMEOUT_MILLIS = 5_000;
  private static final int MAX_SIZE = 99;
  private static final int NOT_FOUND = 404;
  private static final int EXISTS = 412;

  private static final Gson GSON = new Gson();

  /** What an answer says of a key; what it does not say is null. */
  private record Event(Node node) {}

  private record Node(String key, String value, boolean dir, long createdIndex, List<Node> nodes) {
    List<Node> children() {
      return nodes == null ? List.of() : nodes;
    }

    String text() {
      return value == null ? "" : value;
    }

    /** The last part of the key. */
    String name() {
      return key == null ? "" : key.substring(key.lastIndexOf('/') + 1);
    }
  }

  private final String url;
  private final Registration self;
  private final boolean registers;
  private final KeyService keys;
  private final WorkLoop loop;
  private boolean renewing;
  private boolean claiming;

  /**
   * @param url of the token's directory
   * @param self this machine
   * @param registers whether it wants to be a peer
   */
  public Discovery(
      String url, Registration self, boolean registers, KeyService keys, WorkLoop loop) {
    this.url = url.replaceFirst("/+$", "");
    this.self = self;
    this.registers = registers;
    this.keys = keys;
    this.loop = loop;
  }

  /** Registers this machine unless it is there, and looks who else is. */
  public CompletableFuture<Found> look() {
    return size()
        .thenCompose(
            size ->
                founder()
                    .thenCompose(
                        founder ->
                            (registers ? register(founder.isPresent()) : done())
                                .thenCompose(registered -> machines())
                                .thenApply(machines -> new Found(size, machines, founder))));
  }

  /**
   * Claims the founding of the cluster for this process. What an earlier process of this machine
   * has claimed is not this one's: it may have founded the cluster, and have lost its disk since.
   *
   * @return whose it is: this machine's, or that of another one, which was first
   */
  public CompletableFuture<Registration> claim() {
    boolean again = claiming; // the answer may have been lost
    claiming = true;
    return ask(
            "PUT", "/_state?prevExist=false", Optional.of("value=" + UrlText.inForm(self.text())))
        .thenCompose(
            answer -> {
              if (answer.status() == 201 || answer.status() == 200) {
                return CompletableFuture.completedFuture(self);
              }
              if (answer.status() != EXISTS) {
                return failed("the founding cannot be claimed", answer, false);
              }
              return founder()
                  .thenCompose(
                      founder ->
                          founder.isEmpty() || founder.get().equals(self) && !again
                              ? failed("the founding was claimed before", answer, true)
                              : CompletableFuture.completedFuture(founder.get()));
            });
  }

  private CompletableFuture<Integer> size() {
    return ask("GET", "/_config/size", Optional.empty())
        .thenCompose(
            answer -> {
              if (answer.status() == NOT_FOUND) {
                return failed("there is no token (no _config/size)", answer, true);
              }
              Optional<String> value = value(answer);
              return value.filter(size -> size.matches("[1-9]\\d?")).isPresent()
                  ? CompletableFuture.completedFuture(Integer.parseInt(value.get()))
                  : failed("no size from 1 to " + MAX_SIZE, answer, value.isPresent());
            });
  }

  private CompletableFuture<Optional<Registration>> founder() {
    return ask("GET", "/_state?quorum=true", Optional.empty())
        .thenCompose(
            answer -> {
              if (answer.status() == NOT_FOUND) {
                return CompletableFuture.completedFuture(Optional.empty());
              }
              Optional<Registration> founder =
                  value(answer).flatMap(text -> Registration.of("_state", text));
              return founder.isPresent()
                  ? CompletableFuture.completedFuture(founder)
                  : failed("whether the cluster is founded cannot be read", answer, false);
            });
  }

  /**
   * A name that is taken by another address is another machine's, until there is a cluster: its
   * registry decides then, and the machine may have moved.
   */
  private CompletableFuture<Void> register(boolean founded) {
    return write("prevExist=false")
        .thenCompose(
            answer -> {
              if (answer.status() == 201 || answer.status() == 200) {
                LOG.info("{} has registered at {}", self.name(), url);
                return renewed();
              }
              if (answer.status() != EXISTS) {
                return failed("this machine cannot be registered", answer, false);
              }
              return ask(
                      "GET", "/" + UrlText.escaped(self.name()) + "?quorum=true", Optional.empty())
                  .thenCompose(
                      present -> {
                        Optional<Registration> there =
                            value(present).flatMap(text -> Registration.of(self.name(), text));
                        boolean isSelf = there.filter(self::equals).isPresent();
                        return there.isEmpty() || isSelf || founded
                            ? renew()
                            : failed(
                                "another machine is registered as \""
                                    + self.name()
                                    + "\", at "
                                    + there.get().peerUrl()
                                    + "; give this one another --name, or delete that key",
                                present,
                                true);
                      });
            });
  }

  /** Once for each life of the process, and then now and then. */
  private CompletableFuture<Void> renew() {
    return renewing ? done() : write("prevExist=true").thenCompose(answer -> renewed());
  }

  private CompletableFuture<Void> renewed() {
    if (!renewing) {
      renewing = true;
      loop.schedule(this::renewLater, RENEWAL_MILLIS);
    }
    return done();
  }

  /** A failure is of no matter as long as one of the next seven does not fail. */
  private void renewLater() {
    write("prevExist=true")
        .thenCompose(
            answer ->
                answer.status() == NOT_FOUND
                    ? write("prevExist=false")
                    : CompletableFuture.completedFuture(answer))
        .thenAccept(
            answer -> {
              LOG.debug("renewed at {}: {}", url, answer.status());
              loop.schedule(this::renewLater, RENEWAL_MILLIS);
            });
  }

  private CompletableFuture<Answer> write(String condition) {
    return ask(
        "PUT",
        "/" + UrlText.escaped(self.name()) + "?" + condition,
        Optional.of("value=" + UrlText.inForm(self.text()) + "&ttl=" + TTL_SECONDS));
  }

  private CompletableFuture<List<Registration>> machines() {
    return ask("GET", "?quorum=true&recursive=true", Optional.empty())
        .thenCompose(
            answer -> {
              if (answer.status() != 200) {
                return failed("the list of machines cannot be read", answer, false);
              }
              Optional<Node> directory = node(answer);
              return directory.isPresent()
                  ? CompletableFuture.completedFuture(machines(directory.get()))
                  : failed("the list of machines is none", answer, false);
            });
  }

  private List<Registration> machines(Node directory) {
    List<Registration> machines = new ArrayList<>();
    directory.children().stream()
        .filter(node -> node != null && !node.dir())
        .sorted(Comparator.comparingLong(Node::createdIndex))
        .forEach(
            node -> {
              Optional<Registration> machine = Registration.of(node.name(), node.text());
              machine.ifPresent(machines::add);
              if (machine.isEmpty()) {
                LOG.warn("{}: passed over, since {} is no registration", url, node.name());
              }
            });
    return machines;
  }

  private static Optional<String> value(Answer answer) {
    return answer.status() == 200 ? node(answer).map(Node::value) : Optional.empty();
  }

  /** Empty for what is no answer about a key. */
  private static Optional<Node> node(Answer answer) {
    try {
      return Optional.ofNullable(GSON.fromJson(answer.body(), Event.class)).map(Event::node);
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  private CompletableFuture<Answer> ask(String method, String path, Optional<String> form) {
    CompletableFuture<Answer> onLoop = new CompletableFuture<>();
    keys.ask(new Question(method, url + path, form), TIMEOUT_MILLIS)
        .thenAcceptAsync(onLoop::complete, loop);
    return onLoop;
  }

  private <T> CompletableFuture<T> failed(String what, Answer answer, boolean forGood) {
    String detail =
        answer.status() == 0
            ? answer.body()
            : answer.status() == 200 ? "" : "it answers " + answer.status();
    return CompletableFuture.failedFuture(
        new DiscoveryException(
            url + ": " + what + (detail.isEmpty() ? "" : " (" + detail + ")"), forGood));
  }

  private static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }
}
