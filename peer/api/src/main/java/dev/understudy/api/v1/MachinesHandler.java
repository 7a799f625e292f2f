package dev.understudy.api.v1;

import dev.understudy.api.ClientBackend;
import dev.understudy.api.ClientBackend.Member;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.JsonBytes;
import java.net.URI;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Who leads, who is there, and how they are: as much as clients of Consul ask when they begin. */
final class MachinesHandler {
  /** What no machine can do here. */
  static final String NO_SERVICES =
      "services are not registered here: this is no service discovery";

  private final ClientBackend backend;
  private final LockBackend locks;
  private final Answers answers;
  private final Reads reads;
  private final String version;

  MachinesHandler(
      ClientBackend backend, LockBackend locks, Answers answers, Reads reads, String version) {
    this.backend = backend;
    this.locks = locks;
    this.answers = answers;
    this.reads = reads;
    this.version = version;
  }

  void leader(HttpExchange exchange) {
    JsonBytes body = new JsonBytes(64);
    body.string(backend.leader().map(MachinesHandler::address).orElse(""));
    exchange.json(200, body.raw('\n'));
  }

  void peers(HttpExchange exchange) {
    JsonBytes body = new JsonBytes(256);
    LockJson.texts(body, backend.members().stream().map(MachinesHandler::address).toList());
    exchange.json(200, body.raw('\n'));
  }

  void self(HttpExchange exchange) {
    Optional<Member> self = member(locks.node());
    JsonBytes body = new JsonBytes(512);
    body.ascii("{\"Config\":{\"Datacenter\":\"dc1\",\"NodeName\":").string(locks.node());
    body.ascii(",\"NodeID\":").string(id(self.map(Member::id).orElse(0L)));
    body.ascii(",\"Server\":true,\"Version\":").string(version);
    body.ascii("},\"Stats\":{\"consul\":{\"leader\":");
    boolean leads = backend.statistics().leading();
    body.string(Boolean.toString(leads)).ascii(",\"leader_addr\":");
    body.string(backend.leader().map(MachinesHandler::address).orElse(""));
    body.ascii(",\"server\":\"true\"},\"raft\":{\"applied_index\":");
    body.string(Long.toUnsignedString(backend.raftIndex())).ascii(",\"state\":");
    body.string(leads ? "Leader" : "Follower").ascii(",\"term\":");
    body.string(Long.toUnsignedString(backend.raftTerm()));
    body.ascii("}},\"Member\":{\"Name\":").string(locks.node()).ascii(",\"Addr\":");
    body.string(self.map(MachinesHandler::host).orElse("")).ascii(",\"Status\":1}}\n");
    exchange.json(200, body);
  }

  void nodes(HttpExchange exchange) {
    answers.later(
        exchange,
        backend.caughtUp(),
        ready -> {
          reads.addHeaders(exchange, Math.max(1, backend.raftIndex()));
          JsonBytes body = new JsonBytes(512).raw('[');
          for (Iterator<Member> members = backend.members().iterator(); members.hasNext(); ) {
            node(body, members.next());
            if (members.hasNext()) {
              body.raw(',');
            }
          }
          exchange.json(200, body.ascii("]\n"));
        });
  }

  private static void node(JsonBytes body, Member member) {
    body.ascii("{\"ID\":").string(id(member.id())).ascii(",\"Node\":").string(member.name());
    body.ascii(",\"Address\":").string(host(member));
    body.ascii(",\"Datacenter\":\"dc1\",\"TaggedAddresses\":{},\"Meta\":{}");
    body.ascii(",\"CreateIndex\":1,\"ModifyIndex\":1}");
  }

  /** A machine that has its seat passes; one that is dead loses it. */
  void health(HttpExchange exchange) {
    String node = exchange.wildcard().isEmpty() ? "" : exchange.wildcard().substring(1);
    answers.later(
        exchange,
        backend.caughtUp(),
        ready -> {
          reads.addHeaders(exchange, Math.max(1, backend.raftIndex()));
          JsonBytes body = new JsonBytes(256).raw('[');
          if (member(node).isPresent()) {
            body.ascii("{\"Node\":").string(node);
            body.ascii(",\"CheckID\":\"serfHealth\",\"Name\":\"Serf Health Status\"");
            body.ascii(",\"Status\":\"passing\",\"Notes\":\"\",\"Output\":\"has a seat\"");
            body.ascii(",\"ServiceID\":\"\",\"ServiceName\":\"\",\"ServiceTags\":[]");
            body.ascii(",\"CreateIndex\":1,\"ModifyIndex\":1}");
          }
          exchange.json(200, body.ascii("]\n"));
        });
  }

  void noServices(HttpExchange exchange) {
    Answers.refuse(exchange, Answers.NOT_IMPLEMENTED, NO_SERVICES);
  }

  private Optional<Member> member(String name) {
    List<Member> members = backend.members();
    return members.stream().filter(member -> member.name().equals(name)).findFirst();
  }

  private static String id(long member) {
    return new UUID(0, member).toString();
  }

  private static String address(Member member) {
    return URI.create(member.peerUrl()).getAuthority();
  }

  private static String host(Member member) {
    return URI.create(member.peerUrl()).getHost();
  }
}
