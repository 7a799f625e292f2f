package dev.understudy.statemachine;

import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ClusterRecords;
import dev.understudy.store.KeyPath;
import dev.understudy.store.Operation;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * What one peer may put into the log in the name of its clients by way of the leader. The leader
 * checks it as it would have been checked where the client came in: whoever reaches the port of a
 * leader must not be able to write what no client could.
 *
 * @param maxKeyBytes the longest key
 * @param maxBodyBytes the values of one command together
 * @param locksKnown whether commands about sessions and locks can be applied by every member; one
 *     of an earlier release would have to stop
 * @param usersKnown the same for users and roles
 */
public record ClientCommands(
    int maxKeyBytes, int maxBodyBytes, BooleanSupplier locksKnown, BooleanSupplier usersKnown) {
  /** Why a leader refuses them. */
  public static final String NOT_KNOWN_EVERYWHERE =
      "not every peer of this cluster is known to have a release with sessions and locks";

  /** Why a leader refuses changes of users. */
  public static final String USERS_NOT_KNOWN_EVERYWHERE =
      "not every peer of this cluster is known to have a release with users and roles";

  /** Kind, numbers and the lengths of fields; generous, for fields of newer releases. */
  private static final int OVERHEAD_BYTES = 4 << 10;

  /** The year 2262, as far as the client API goes. */
  static final long LAST_MILLIS = Long.MAX_VALUE / 1_000_000;

  /**
   * What is wrong with an encoded command.
   *
   * @return empty when a client may give it
   */
  public Optional<String> problem(byte[] data) {
    if (data.length > (long) maxKeyBytes + maxBodyBytes + OVERHEAD_BYTES) {
      return Optional.of(data.length + " bytes are too long for a command");
    }
    try {
      return CommandCodec.read(data)
          .map(envelope -> envelope.command().accept(new Judge(data.length)))
          .orElse(Optional.of("bytes that are no command"));
    } catch (UnknownCommandException e) {
      return Optional.of(e.getMessage());
    }
  }

  private final class Judge implements Command.Visitor<Optional<String>> {
    private final int encodedBytes;

    Judge(int encodedBytes) {
      this.encodedBytes = encodedBytes;
    }

    @Override
    public Optional<String> visit(Command.WriteKey command) {
      return problem(command.operation(), encodedBytes);
    }

    @Override
    public Optional<String> visit(Command.StampTime command) {
      return Optional.empty();
    }

    @Override
    public Optional<String> visit(Command.SetClusterConfig command) {
      try {
        ClusterConfig.checked(command.subsetJson());
        return Optional.empty();
      } catch (ApiException | IllegalArgumentException e) {
        return Optional.of("no cluster config: " + e.getMessage());
      }
    }

    /** In the log from its beginning, or never. */
    @Override
    public Optional<String> visit(Command.CreateCluster command) {
      return Optional.of("a cluster is created once");
    }

    /** The leader itself judges who may have a seat. */
    @Override
    public Optional<String> visit(Command.ChangeSeats command) {
      return Optional.of("seats are changed by the leader");
    }

    /** As for a change of the seats. */
    @Override
    public Optional<String> visit(Command.RecordStart command) {
      return Optional.of("starts are recorded by the leader");
    }

    /** As long as the whole command fits, it is one that a client could have given. */
    @Override
    public Optional<String> visit(Command.CreateSession command) {
      return newKind(command.session().id().isEmpty() ? "a session without an id" : "");
    }

    @Override
    public Optional<String> visit(Command.EndSessions command) {
      return newKind("");
    }

    @Override
    public Optional<String> visit(Command.ChangeEntries command) {
      return newKind(command.steps().isEmpty() ? "a transaction without steps" : "");
    }

    @Override
    public Optional<String> visit(Command.ChangeUsers command) {
      return usersKnown.getAsBoolean() ? Optional.empty() : Optional.of(USERS_NOT_KNOWN_EVERYWHERE);
    }

    private Optional<String> newKind(String problem) {
      if (!problem.isEmpty()) {
        return Optional.of(problem);
      }
      return locksKnown.getAsBoolean() ? Optional.empty() : Optional.of(NOT_KNOWN_EVERYWHERE);
    }
  }

  /** Text is encoded to be counted only where the length of all does not show that it fits. */
  private Optional<String> problem(Operation operation, int encodedBytes) {
    String path = operation.path();
    boolean longKey = encodedBytes > maxKeyBytes && bytes(path) > maxKeyBytes;
    if (!path.startsWith(KeyPath.ROOT) || longKey) {
      return Optional.of("no key");
    }
    if (ClusterRecords.guards(KeyPath.clean(path)) && !setsForOperators(operation)) {
      return Optional.of(path + " is not for clients");
    }
    if (encodedBytes > maxBodyBytes && valueBytes(operation) > maxBodyBytes) {
      return Optional.of("the value is too long");
    }
    OptionalLong ttl = ttlMillis(operation);
    boolean sound = ttl.isEmpty() || (ttl.getAsLong() >= 0 && ttl.getAsLong() <= LAST_MILLIS);
    return sound ? Optional.empty() : Optional.of("no time to live");
  }

  /**
   * Whether it is what a member proposes when an operator has set something there. That its client
   * was none who may write no such key is the member's to see to.
   */
  private static boolean setsForOperators(Operation operation) {
    boolean writes =
        operation instanceof Operation.Update
            || operation instanceof Operation.CompareAndSwap
            || (operation instanceof Operation.Create create && !create.dir());
    return writes && ttlMillis(operation).isEmpty() && ClusterRecords.isSetting(operation.path());
  }

  private static long valueBytes(Operation operation) {
    if (operation instanceof Operation.Set set) {
      return bytes(set.value());
    } else if (operation instanceof Operation.Create create) {
      return bytes(create.value());
    } else if (operation instanceof Operation.CreateInOrder create) {
      return bytes(create.value());
    } else if (operation instanceof Operation.Update update) {
      return bytes(update.value());
    } else if (operation instanceof Operation.CompareAndSwap swap) {
      return bytes(swap.value()) + bytes(swap.prevValue());
    } else if (operation instanceof Operation.CompareAndDelete delete) {
      return bytes(delete.prevValue());
    }
    return 0;
  }

  private static OptionalLong ttlMillis(Operation operation) {
    if (operation instanceof Operation.Set set) {
      return set.ttlMillis();
    } else if (operation instanceof Operation.Create create) {
      return create.ttlMillis();
    } else if (operation instanceof Operation.CreateInOrder create) {
      return create.ttlMillis();
    } else if (operation instanceof Operation.Update update) {
      return update.ttlMillis();
    } else if (operation instanceof Operation.CompareAndSwap swap) {
      return swap.ttlMillis();
    }
    return OptionalLong.empty();
  }

  private static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
