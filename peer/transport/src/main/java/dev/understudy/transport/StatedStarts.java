package dev.understudy.transport;

import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a peer states of the starts of its directory: some, and those besides by which others take
 * it for outlived although they are its own. Any thread.
 */
public final class StatedStarts {
  /** One from each other peer, with room for those that have older records. */
  private static final int MAX_WANTED = Lineage.MAX_STATED / 2;

  private final Lineage all;
  private final Set<Incarnation> wanted = new LinkedHashSet<>();
  private volatile Lineage stated;

  /**
   * @param all every start of the directory
   */
  public StatedStarts(Lineage all) {
    this.all = all;
    this.stated = all.stated();
  }

  /** What is stated now. */
  public Lineage lineage() {
    return stated;
  }

  /**
   * Answers another peer's word that this directory is outlived. If it is not, the start that shows
   * that will be stated from now on.
   *
   * @param recorded the start that the other has named
   * @return whether the directory is outlived indeed
   */
  public boolean isOutlivedBy(Incarnation recorded) {
    if (all.isOutlivedBy(recorded)) {
      return true;
    }
    state(recorded);
    return false;
  }

  private synchronized void state(Incarnation recorded) {
    wanted.remove(recorded);
    wanted.add(recorded);
    if (wanted.size() > MAX_WANTED) {
      wanted.remove(wanted.iterator().next());
    }
    stated = all.stated(wanted);
  }
}
