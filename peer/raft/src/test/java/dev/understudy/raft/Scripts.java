package dev.understudy.raft;

import dev.understudy.raft.ScriptStorage.ScriptError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the parts that several kinds of scripts have in common. */
final class Scripts {
  static final int ELECTION_TICKS = 3;
  static final int HEARTBEAT_TICKS = 1;

  private static final RaftConfig CONFIG = TestNode.plain(ELECTION_TICKS, HEARTBEAT_TICKS);

  private Scripts() {}

  static RaftConfig config(ScriptCase script) throws ScriptError {
    RaftConfig config = CONFIG;
    boolean leaseReads = false;
    for (Map.Entry<String, List<String>> option : script.options().entrySet()) {
      for (String value : option.getValue()) {
        if (option.getKey().equals("read-only")) {
          leaseReads = isLeaseBased(value);
        } else {
          config = with(config, option.getKey(), value);
        }
      }
    }
    if (leaseReads && !config.checkQuorum()) {
      throw new ScriptError(
          "CheckQuorum must be enabled when ReadOnlyOption is ReadOnlyLeaseBased");
    }
    return config.withLeaseReads(leaseReads);
  }

  private static RaftConfig with(RaftConfig config, String option, String value) {
    return switch (option) {
      case "async-storage-writes" -> config.withAsyncStorageWrites(bool(value));
      case "prevote" -> config.withPreVote(bool(value));
      case "checkquorum" -> config.withCheckQuorum(bool(value));
      case "step-down-on-removal" -> config.withStepDownOnRemoval(bool(value));
      case "disable-conf-change-validation" -> config.withValidateConfChanges(!bool(value));
      case "inflight" -> config.withMaxInflightMsgs(Long.parseLong(value));
      case "max-committed-size-per-ready" -> {
        long bytes = Long.parseUnsignedLong(value);
        yield config.withMaxCommittedSizePerReady(bytes <= 0 ? RaftConfig.NO_LIMIT : bytes);
      }
      default -> config;
    };
  }

  private static boolean isLeaseBased(String value) throws ScriptError {
    return switch (value) {
      case "safe" -> false;
      case "lease-based" -> true;
      default -> throw new ScriptError("invalid read-only option \"" + value + "\"");
    };
  }

  static boolean bool(String value) {
    return switch (value) {
      case "1", "t", "T", "TRUE", "true", "True" -> true;
      case "0", "f", "F", "FALSE", "false", "False" -> false;
      default -> throw new IllegalArgumentException("no boolean: " + value);
    };
  }

  static ConfChange confChange(ScriptCase script) throws ScriptError {
    ConfChange.Transition transition = ConfChange.Transition.AUTO;
    boolean single = false;
    for (ScriptCase.Arg arg : script.args()) {
      for (String value : arg.values()) {
        switch (arg.key()) {
          case "v1" -> single = bool(value);
          case "transition" -> transition = transition(value);
          default -> throw new ScriptError("unknown command " + arg.key());
        }
      }
    }
    List<ConfChange.Step> steps = steps(script.input());
    if (single && (steps.size() != 1 || transition != ConfChange.Transition.AUTO)) {
      throw new ScriptError("v1 conf change can only have one operation and no transition");
    }
    return new ConfChange(transition, steps, new byte[0], single);
  }

  private static ConfChange.Transition transition(String value) throws ScriptError {
    return switch (value) {
      case "auto" -> ConfChange.Transition.AUTO;
      case "explicit" -> ConfChange.Transition.JOINT_EXPLICIT;
      case "implicit" -> ConfChange.Transition.JOINT_IMPLICIT;
      default -> throw new ScriptError("unknown transition " + value);
    };
  }

  static List<ConfChange.Step> steps(String input) throws ScriptError {
    List<ConfChange.Step> steps = new ArrayList<>();
    for (String token : input.isBlank() ? new String[0] : input.trim().split("\\s+")) {
      if (token.length() < 2) {
        throw new ScriptError("unknown token " + token);
      }
      ConfChange.StepType type =
          switch (token.charAt(0)) {
            case 'v' -> ConfChange.StepType.ADD_VOTER;
            case 'l' -> ConfChange.StepType.ADD_LEARNER;
            case 'r' -> ConfChange.StepType.REMOVE;
            case 'u' -> ConfChange.StepType.UPDATE;
            default -> throw new ScriptError("unknown input: " + token);
          };
      steps.add(new ConfChange.Step(type, Long.parseUnsignedLong(token.substring(1))));
    }
    return steps;
  }
}
