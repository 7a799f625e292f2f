package dev.understudy.admin.operator;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.operator.Web.Answer;
import dev.understudy.admin.operator.Web.Question;
import dev.understudy.clusterconfig.MachineIdentity;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds somebody in a cluster who answers. Each endpoint is a client or a peer port, which is found
 * out by asking; the admin API is on peer ports, which clients learn from the list of members.
 */
final class Reach {
  private static final int MAX_REDIRECTS = 10;

  /** A standby that knows no leader: nothing has been done. */
  private static final int STANDBY = 402;

  private final Web web;
  private final List<HostPort> endpoints;
  private final long timeoutMillis;

  /** Why there was no answer, by address. */
  private final Map<String, String> reasons = new LinkedHashMap<>();

  Reach(Web web, List<HostPort> endpoints, long timeoutMillis) {
    this.web = web;
    this.endpoints = endpoints;
    this.timeoutMillis = timeoutMillis;
  }

  /** Nobody has answered; the message gives each address's reason. */
  static final class NobodyException extends Exception {
    private static final long serialVersionUID = 1L;

    NobodyException(String message) {
      super(message);
    }
  }

  /** Asks the admin API. */
  Answer admin(String method, String path, Optional<String> json)
      throws NobodyException, InterruptedException {
    Set<String> tried = new LinkedHashSet<>();
    for (HostPort endpoint : endpoints) {
      for (String peerUrl : peerUrls(endpoint)) {
        if (tried.add(peerUrl)) {
          Optional<Answer> answer =
              attempt(new Question(method, peerUrl + path, Optional.empty(), json, timeoutMillis));
          if (answer.isPresent()) {
            return answer.get();
          }
        }
      }
    }
    throw nobody();
  }

  /**
   * Asks the API for clients.
   *
   * @param timeout how long an answer may take, in milliseconds; 0 for ever
   */
  Answer client(String method, String path, Optional<String> form, long timeout)
      throws NobodyException, InterruptedException {
    return client(new Question(method, path, form, Optional.empty(), timeout));
  }

  /** The same with a body in JSON. */
  Answer clientJson(String method, String path, Optional<String> json)
      throws NobodyException, InterruptedException {
    return client(new Question(method, path, Optional.empty(), json, timeoutMillis));
  }

  /** Of the question's place only path and query are given. */
  private Answer client(Question question) throws NobodyException, InterruptedException {
    for (HostPort endpoint : endpoints) {
      Optional<String> url = clientUrl(endpoint);
      Optional<Answer> answer =
          url.isEmpty() ? Optional.empty() : attempt(question.at(url.get() + question.url()));
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    throw nobody();
  }

  /** The client URL of the first endpoint that answers. */
  String firstClientUrl() throws NobodyException, InterruptedException {
    for (HostPort endpoint : endpoints) {
      Optional<String> url = clientUrl(endpoint);
      if (url.isPresent()) {
        return url.get();
      }
    }
    throw nobody();
  }

  /** Asks one machine, whatever the others do; empty when it does not answer. */
  Optional<Answer> one(String url) throws InterruptedException {
    try {
      return Optional.of(web.ask(Question.get(url, timeoutMillis)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private NobodyException nobody() {
    List<String> lines = new ArrayList<>();
    reasons.forEach((url, reason) -> lines.add(url + ": " + reason));
    return new NobodyException(String.join("; ", lines));
  }

  /** Who answers at an endpoint; empty when nobody does, and an answer without content else. */
  private Optional<Optional<MachineIdentity>> identity(HostPort endpoint)
      throws InterruptedException {
    try {
      Answer answer = web.ask(Question.get(endpoint.url() + "/v2/admin/identity", timeoutMillis));
      return Optional.of(
          answer.status() == 200
              ? Optional.of(MachineIdentity.fromJson(answer.body()))
              : Optional.empty());
    } catch (IllegalArgumentException e) {
      return Optional.of(Optional.empty());
    } catch (IOException e) {
      reasons.put(endpoint.url(), e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<String> clientUrl(HostPort endpoint) throws InterruptedException {
    return identity(endpoint)
        .map(answering -> answering.map(MachineIdentity::clientUrl).orElse(endpoint.url()));
  }

  private List<String> peerUrls(HostPort endpoint) throws NobodyException, InterruptedException {
    Optional<Optional<MachineIdentity>> answering = identity(endpoint);
    if (answering.isEmpty()) {
      return List.of();
    }
    if (answering.get().isPresent()) {
      return List.of(endpoint.url());
    }
    Optional<Answer> members = attempt(Question.get(endpoint.url() + "/v2/members", timeoutMillis));
    return members.isPresent() ? peerUrls(endpoint, members.get()) : List.of();
  }

  private List<String> peerUrls(HostPort endpoint, Answer members) {
    List<String> urls = new ArrayList<>();
    try {
      for (JsonObject member : Answers.objects(Answers.object(members.body()), "members")) {
        if (member.get("peerURLs") instanceof JsonArray all && !all.isEmpty()) {
          urls.add(all.get(0).getAsString());
        }
      }
    } catch (JsonParseException e) {
      reasons.put(endpoint.url(), "it is no port of a machine, answers " + members.status());
    }
    return urls;
  }

  /** Empty when somebody else may be asked. */
  private Optional<Answer> attempt(Question question) throws NobodyException, InterruptedException {
    URI asked = URI.create(question.url());
    String place = asked.getAuthority();
    String url = asked.getScheme() + "://" + place;
    try {
      Answer answer = follow(question);
      if (answer.status() == 503
          && (question.changesNothing() || Refusal.of(answer).code() == STANDBY)) {
        reasons.put(url, Refusal.of(answer).text());
        return Optional.empty();
      }
      return Optional.of(answer);
    } catch (Web.NotSentException e) {
      reasons.put(url, e.getMessage());
    } catch (IOException e) {
      reasons.put(url, e.getMessage());
      if (!question.changesNothing()) {
        throw new NobodyException(
            place + ": " + e.getMessage() + "; whether it has been done is not known");
      }
    }
    return Optional.empty();
  }

  /** Puts are redirected as what they are, with their body. */
  private Answer follow(Question question) throws IOException, InterruptedException {
    Question next = question;
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      Answer answer = web.ask(next);
      if (answer.status() != 307) {
        return answer;
      }
      String location =
          answer.header("location").orElseThrow(() -> new IOException("it redirects to nowhere"));
      next = next.at(URI.create(next.url()).resolve(location).toString());
    }
    throw new IOException("more than " + MAX_REDIRECTS + " redirects");
  }
}
