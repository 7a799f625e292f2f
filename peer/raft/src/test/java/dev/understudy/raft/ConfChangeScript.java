package dev.understudy.raft;

import dev.understudy.raft.ScriptStorage.ScriptError;
import java.util.List;

/** The environment of the confchange scripts: one membership with a leader's progress. */
final class ConfChangeScript implements Script {
  private final ProgressTracker peers =
      new ProgressTracker(TestNode.withoutLimits(RaftConfig.DEFAULT).withMaxInflightMsgs(10));
  private Membership membership = Membership.EMPTY;
  private long lastIndex;

  @Override
  public String run(ScriptCase script) {
    try {
      ConfChanger.Outcome outcome = outcome(script);
      peers.reconfigure(outcome, lastIndex);
      membership = outcome.membership();
      return describe();
    } catch (ConfChanger.InvalidChange | ScriptError invalid) {
      return invalid.getMessage() + "\n";
    } finally {
      lastIndex++;
    }
  }

  private ConfChanger.Outcome outcome(ScriptCase script) throws ScriptError {
    List<ConfChange.Step> steps = Scripts.steps(script.input());
    return switch (script.command()) {
      case "simple" -> ConfChanger.simple(membership, steps);
      case "enter-joint" ->
          ConfChanger.enterJoint(
              membership, Scripts.bool(script.value("autoleave", "false")), steps);
      case "leave-joint" -> {
        if (!steps.isEmpty()) {
          throw new ScriptError("this command takes no input");
        }
        yield ConfChanger.leaveJoint(membership);
      }
      default -> throw new ScriptError("unknown command: " + script.command());
    };
  }

  private String describe() {
    StringBuilder text = new StringBuilder(Describe.config(membership.toConfState()));
    text.append('\n');
    peers
        .snapshot(membership)
        .forEach(
            (id, progress) ->
                text.append(id).append(": ").append(Describe.progress(progress)).append('\n'));
    return text.toString();
  }
}
