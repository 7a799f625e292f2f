package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.FoundingRequest;
import dev.understudy.clusterconfig.MachineIdentity;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What others may ask a machine that has no mode yet, and what they tell it by that. Any thread may
 * call any method.
 *
 * <p>Of machines that begin together with one list of peers, one founds the cluster. A founder
 * needs the promises of a majority of the list, its own among them, and each machine promises to
 * one founder only; two majorities have a machine in common, so no two clusters are founded. A
 * promise is kept on disk until the founder gives it back, or comes back with nothing itself.
 */
public final class StartingMachine {
  private static final Logger LOG = LoggerFactory.getLogger(StartingMachine.class);

  /** More callers than machines in any cluster are strangers. */
  private static final int MAX_CALLERS = 32;

  private MachineIdentity identity;
  private Optional<FoundingRequest> promised = Optional.empty();
  private final Set<String> callers = new LinkedHashSet<>();
  private final Notes notes;
  private boolean open;

  /** Where the promise is kept; blocks for the disk. */
  interface Notes {
    /** What was saved last. */
    Optional<FoundingRequest> load() throws IOException;

    /** Saves it durably; empty to remove it. */
    void save(Optional<FoundingRequest> promise) throws IOException;
  }

  /**
   * @param notes where the promise is kept
   * @param identity without the list of peers, which is not known to be decisive yet
   */
  StartingMachine(MachineIdentity identity, Notes notes) {
    this.identity = identity;
    this.notes = notes;
  }

  /** Which machine this is. */
  public synchronized MachineIdentity identity() {
    return identity;
  }

  /** Begins to take part in the choice of a founder from a list. */
  synchronized void choosesFrom(List<String> list) throws IOException {
    promised = notes.load();
    identity = identity.withList(list);
    open = true;
  }

  /** States the cluster and the member of the log that lies here. */
  synchronized void holds(long clusterId, long memberId) {
    identity = identity.as(MachineIdentity.Mode.STARTING, clusterId, memberId);
  }

  /**
   * Promises to a founder, or takes a promise back.
   *
   * @return whether the promise holds now
   */
  public synchronized boolean promise(FoundingRequest request) {
    boolean held = promised.isPresent() && isSame(promised.get(), request);
    boolean isNewer = held && promised.get().attempt() > request.attempt();
    if (request.release()) {
      if (held && !isNewer) {
        keep(Optional.empty());
      }
      return false;
    }
    if (!open || isNewer || promised.isPresent() && !held) {
      return false;
    }
    return keep(Optional.of(request));
  }

  /** A promise counts once it is on disk; one that cannot be removed there still holds. */
  private boolean keep(Optional<FoundingRequest> next) {
    try {
      if (!next.equals(promised)) {
        notes.save(next);
        promised = next;
      }
      return true;
    } catch (IOException e) {
      LOG.warn("a promise to a founder cannot be saved: {}", FailureText.of(e));
      return false;
    }
  }

  private static boolean isSame(FoundingRequest one, FoundingRequest other) {
    return one.founderUrl().equals(other.founderUrl()) && one.process() == other.process();
  }

  /** To whom this machine has promised. */
  synchronized Optional<FoundingRequest> promised() {
    return promised;
  }

  /**
   * Forgets a promise to a process that is gone and has left nothing: what it was promised for will
   * not happen.
   */
  synchronized void forget(FoundingRequest gone) {
    if (promised.filter(gone::equals).isPresent()) {
      keep(Optional.empty());
    }
  }

  /** A peer of some cluster has called here, as if this machine were a member. */
  public synchronized void called(String peerUrl) {
    if (callers.size() < MAX_CALLERS) {
      callers.add(peerUrl);
    }
  }

  /** The peer URLs of those that have called. */
  synchronized List<String> callers() {
    return List.copyOf(callers);
  }
}
