package dev.understudy.statemachine;

import dev.understudy.locks.LockSpace;
import dev.understudy.store.Version;
import dev.understudy.tables.Snapshot;
import dev.understudy.users.Users;

/**
 * The whole state at one moment. Immutable, so a snapshot can be written from it by another thread
 * while the driver goes on.
 *
 * @param version the key tree
 * @param registry the machines
 * @param clusterTimeMillis the newest cluster time applied, 0 before the first
 * @param locks sessions, and what they hold
 * @param users who may do what
 */
public record StateImage(
    Version version, Registry registry, long clusterTimeMillis, Snapshot locks, Users users) {
  /** A state without sessions, locks and users. */
  public StateImage(Version version, Registry registry, long clusterTimeMillis) {
    this(version, registry, clusterTimeMillis, LockSpace.none(), Users.NONE);
  }

  /** The same, where nobody is asked who they are; users and roles stay. */
  public StateImage withoutAuth() {
    return new StateImage(version, registry, clusterTimeMillis, locks, users.withoutAuth());
  }
}
