package dev.understudy.raft;

import dev.understudy.raft.LogLines.Level;
import dev.understudy.raft.ScriptStorage.ScriptError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** The environment in which an interaction script runs: nodes, and what is on its way. */
final class InteractionScript implements Script {
  private static final class Member {
    final long id;
    final boolean async;
    final ScriptStorage storage;
    final RaftCore core;
    final ArrayDeque<Ready> appendWork = new ArrayDeque<>();
    final ArrayDeque<Ready> applyWork = new ArrayDeque<>();

    Member(long id, boolean async, ScriptStorage storage, RaftCore core) {
      this.id = id;
      this.async = async;
      this.storage = storage;
      this.core = core;
    }
  }

  /** Work on one node. */
  private interface Work {
    void on(Member member) throws ScriptError;
  }

  private final List<Member> members = new ArrayList<>();
  private final List<InFlight> inFlight = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(1);
  private Level level = Level.DEBUG;
  private StringBuilder out = new StringBuilder();

  @Override
  public String run(ScriptCase script) {
    out = new StringBuilder();
    try {
      execute(script);
    } catch (ScriptError error) {
      out.append(error.getMessage());
    }
    return out.length() == 0 ? "ok" : out.toString();
  }

  private void execute(ScriptCase script) throws ScriptError {
    switch (script.command()) {
      case "add-nodes" -> addNodes(script);
      case "propose", "propose-conf-change" -> propose(script);
      case "process-ready" -> each(script, "handling Ready", this::processReady);
      case "process-append-thread" -> each(script, "processing append thread", this::processAppend);
      case "process-apply-thread" -> each(script, "processing apply thread", this::processApply);
      case "deliver-msgs" -> deliver(script);
      case "stabilize" -> stabilize(script);
      case "log-level" -> level = level(script.positional().get(0));
      case "raft-log" -> write(member(script, 0).storage.describe());
      case "compact" -> compact(script);
      case "raft-state" -> members.forEach(this::writeState);
      case "status" -> writeStatus(member(script, 0));
      case "send-snapshot" -> sendSnapshot(script);
      case "_breakpoint" -> {}
      default -> command(script);
    }
  }

  /** The directives that only call the core. */
  private void command(ScriptCase script) throws ScriptError {
    switch (script.command()) {
      case "campaign" -> member(script, 0).core.campaign();
      case "tick-election" -> tick(member(script, 0), Scripts.ELECTION_TICKS);
      case "tick-heartbeat" -> tick(member(script, 0), Scripts.HEARTBEAT_TICKS);
      case "set-randomized-election-timeout" ->
          member(script, 0).core.state().electionTimeout =
              Integer.parseInt(script.value("timeout", ""));
      case "transfer-leadership" ->
          member(id(script.value("from", ""))).core.transferLeader(id(script.value("to", "")));
      case "forget-leader" -> member(script, 0).core.forgetLeader();
      case "report-unreachable" -> {
        if (script.positional().size() != 2) {
          throw new ScriptError(
              "must specify exactly two node indexes: node on which to report, and reported node");
        }
        member(script, 0).core.reportUnreachable(id(script.positional().get(1)));
      }
      default -> throw new ScriptError("unknown command");
    }
  }

  // ---- output

  private void write(String text) {
    if (level != Level.NONE) {
      out.append(text);
    }
  }

  private void writeLine(String text) {
    write(text + "\n");
  }

  private void log(Level severity, String text) {
    if (level != Level.NONE && level.compareTo(severity) <= 0) {
      out.append(severity).append(' ').append(text).append('\n');
    }
  }

  private void writeIndented(Work work, Member member) throws ScriptError {
    StringBuilder outer = out;
    out = new StringBuilder();
    try {
      work.on(member);
    } finally {
      outer.append(Describe.indented(out.toString()));
      out = outer;
    }
  }

  private static Level level(String name) throws ScriptError {
    try {
      return Level.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new ScriptError("log levels must be either of [DEBUG INFO WARN ERROR FATAL NONE]");
    }
  }

  // ---- nodes

  private void addNodes(ScriptCase script) throws ScriptError {
    int count = Integer.parseInt(script.positional().get(0));
    long index = Long.parseUnsignedLong(script.value("index", "0"));
    ConfState confState =
        new ConfState(
            ids(script.values("voters")),
            ids(script.values("learners")),
            List.of(),
            List.of(),
            false);
    Snapshot bootstrap = Snapshot.EMPTY;
    if (index != 0 || !confState.isEmpty()) {
      if (index <= 1) {
        throw new ScriptError("index must be specified as > 1 due to bootstrap");
      }
      bootstrap = new Snapshot(new SnapshotMetadata(1, index, confState), new byte[0]);
    }
    RaftConfig config = Scripts.config(script);
    for (int i = 0; i < count; i++) {
      long id = members.size() + 1L;
      ScriptStorage storage = new ScriptStorage(bootstrap);
      RaftCore core =
          new RaftCore(
              id,
              config,
              storage.log(),
              index,
              random::nextInt,
              new LogLines(id, this::log),
              removed -> false);
      members.add(new Member(id, config.asyncStorageWrites(), storage, core));
    }
  }

  private Member member(ScriptCase script, int position) {
    return member(id(script.positional().get(position)));
  }

  private Member member(long id) {
    return members.get((int) id - 1);
  }

  private static long id(String text) {
    return Long.parseUnsignedLong(text);
  }

  private static List<Long> ids(List<String> texts) {
    return texts.stream().map(InteractionScript::id).toList();
  }

  private static void tick(Member member, int ticks) {
    for (int i = 0; i < ticks; i++) {
      member.core.tick();
    }
  }

  private void propose(ScriptCase script) throws ScriptError {
    Payload payload =
        script.command().equals("propose")
            ? new Payload.Normal(script.positional().get(1).getBytes(StandardCharsets.UTF_8))
            : new Payload.Change(Scripts.confChange(script));
    ProposeResult result = member(script, 0).core.propose(List.of(payload));
    boolean taken =
        result instanceof ProposeResult.Accepted
            || result instanceof ProposeResult.Refused
            || result instanceof ProposeResult.Forwarded;
    if (!taken) {
      throw new ScriptError("raft proposal dropped");
    }
  }

  private void compact(ScriptCase script) throws ScriptError {
    Member member = member(script, 0);
    member.storage.compact(id(script.positional().get(1)));
    write(member.storage.describe());
  }

  private void writeState(Member member) {
    Status status = member.core.status();
    boolean voter =
        status.confState().voters().contains(member.id)
            || status.confState().votersOutgoing().contains(member.id);
    writeLine(
        member.id
            + ": "
            + Describe.role(status.role())
            + (voter ? " (Voter)" : " (Non-Voter)")
            + " Term:"
            + status.hardState().term()
            + " Lead:"
            + status.leader());
  }

  private void writeStatus(Member member) {
    member
        .core
        .status()
        .progress()
        .forEach((id, progress) -> writeLine(id + ": " + Describe.progress(progress)));
  }

  private void sendSnapshot(ScriptCase script) {
    Member from = member(script, 0);
    InFlight message =
        new InFlight.Wire(
            new Message.InstallSnapshot(
                from.id, id(script.positional().get(1)), from.core.term(), from.storage.newest()));
    inFlight.add(message);
    write(message.text());
  }

  // ---- work

  private void each(ScriptCase script, String what, Work work) throws ScriptError {
    List<String> ids = script.positional();
    for (String id : ids) {
      Member member = member(id(id));
      if (ids.size() == 1) {
        work.on(member);
      } else {
        writeLine("> " + id + " " + what);
        writeIndented(work, member);
      }
    }
  }

  private void processReady(Member member) throws ScriptError {
    Ready ready = member.core.ready();
    write(DescribeReady.of(member.id, ready, member.async));
    if (!member.async) {
      member.storage.persist(
          ready.hardState().orElse(HardState.EMPTY), ready.persist(), ready.snapshot());
      member.storage.apply(member.core, ready.apply());
    }
    ready.sendNow().forEach(message -> inFlight.add(new InFlight.Wire(message)));
    if (member.async) {
      if (ready.needsStorage()) {
        member.appendWork.add(ready);
      }
      if (ready.needsApply()) {
        member.applyWork.add(ready);
      }
    } else {
      ready.sendOncePersisted().forEach(message -> inFlight.add(new InFlight.Wire(message)));
      member.core.advance(ready);
    }
  }

  private void processAppend(Member member) throws ScriptError {
    Ready ready = member.appendWork.poll();
    if (ready == null) {
      write("no append work to perform");
      return;
    }
    writeLine("Processing:");
    writeLine(InFlight.appendWork(member.id, ready));
    member.storage.persist(
        ready.hardState().orElse(HardState.EMPTY), ready.persist(), ready.snapshot());
    respond(InFlight.appendResponses(member.id, ready));
  }

  private void processApply(Member member) {
    Ready ready = member.applyWork.poll();
    if (ready == null) {
      write("no apply work to perform");
      return;
    }
    writeLine("Processing:");
    writeLine(InFlight.applyWork(member.id, ready));
    member.storage.apply(member.core, ready.apply());
    respond(List.of(new InFlight.Applied(member.id, ready)));
  }

  private void respond(List<InFlight> responses) {
    writeLine("Responses:");
    responses.forEach(response -> writeLine(response.text()));
    inFlight.addAll(responses);
  }

  // ---- delivery

  private void deliver(ScriptCase script) throws ScriptError {
    Optional<String> type = script.values("type").stream().findFirst();
    int taken = 0;
    for (ScriptCase.Arg arg : script.args()) {
      if (arg.values().isEmpty()) {
        taken += deliver(id(arg.key()), false, type);
      } else if (arg.key().equals("drop")) {
        for (String id : arg.values()) {
          if (script.positional().contains(id)) {
            throw new ScriptError("can't both deliver and drop msgs to " + id);
          }
          taken += deliver(id(id), true, type);
        }
      }
    }
    if (taken == 0) {
      writeLine("no messages");
    }
  }

  private int deliver(long to, boolean drop, Optional<String> type) {
    List<InFlight> taken = new ArrayList<>();
    for (Iterator<InFlight> flights = inFlight.iterator(); flights.hasNext(); ) {
      InFlight flight = flights.next();
      boolean wanted = type.isEmpty() || type.get().equals(flight.type());
      if (flight.to() == to && wanted && !(drop && flight.isLocal())) {
        taken.add(flight);
        flights.remove();
      }
    }
    for (InFlight flight : taken) {
      writeLine((drop ? "dropped: " : "") + flight.text());
      if (!drop) {
        step(member(to), flight);
      }
    }
    return taken.size();
  }

  private void step(Member member, InFlight flight) {
    StepResult result = StepResult.OK;
    if (flight instanceof InFlight.Wire wire) {
      result = member.core.step(wire.message());
    } else if (flight instanceof InFlight.Appended appended) {
      member.core.state().persisted(appended.done());
    } else if (flight instanceof InFlight.Applied applied) {
      member.core.applied(applied.ready());
    }
    switch (result) {
      case OK -> {}
      case PEER_NOT_FOUND -> writeLine("raft: cannot step as peer not found");
      case PROPOSAL_DROPPED -> writeLine("raft proposal dropped");
    }
  }

  private void stabilize(ScriptCase script) throws ScriptError {
    Level before = level;
    List<String> levels = script.values("log-level");
    if (!levels.isEmpty()) {
      level = level(levels.get(0));
    }
    try {
      List<String> given = script.positional();
      long[] ids =
          given.isEmpty()
              ? LongStream.rangeClosed(1, members.size()).toArray()
              : given.stream().mapToLong(InteractionScript::id).toArray();
      List<Member> nodes = Arrays.stream(ids).mapToObj(this::member).toList();
      int rounds = 0;
      while (round(nodes)) {
        if (++rounds > 10_000) {
          throw new ScriptError("does not stabilize");
        }
      }
    } finally {
      level = before;
    }
  }

  private boolean round(List<Member> nodes) throws ScriptError {
    boolean busy = false;
    for (Member node : nodes) {
      if (node.core.hasReady()) {
        busy = true;
        writeLine("> " + node.id + " handling Ready");
        writeIndented(this::processReady, node);
      }
    }
    for (Member node : nodes) {
      if (inFlight.stream().anyMatch(flight -> flight.to() == node.id)) {
        busy = true;
        writeLine("> " + node.id + " receiving messages");
        writeIndented(member -> deliver(member.id, false, Optional.empty()), node);
      }
    }
    for (Member node : nodes) {
      if (!node.appendWork.isEmpty()) {
        busy = true;
        writeLine("> " + node.id + " processing append thread");
        while (!node.appendWork.isEmpty()) {
          writeIndented(this::processAppend, node);
        }
      }
    }
    for (Member node : nodes) {
      if (!node.applyWork.isEmpty()) {
        busy = true;
        writeLine("> " + node.id + " processing apply thread");
        while (!node.applyWork.isEmpty()) {
          writeIndented(this::processApply, node);
        }
      }
    }
    return busy;
  }
}
