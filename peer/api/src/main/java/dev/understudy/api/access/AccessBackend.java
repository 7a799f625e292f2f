package dev.understudy.api.access;

import dev.understudy.users.ChangeResult;
import dev.understudy.users.UserChange;
import dev.understudy.users.Users;
import java.util.concurrent.CompletableFuture;

/** Users and roles, as the client API sees them. Any thread; each method returns at once. */
public interface AccessBackend {
  /** Who may do what, as this peer has applied it. A volatile read. */
  Users users();

  /**
   * Completes once this peer has applied what was committed when it joined or stopped; fails with a
   * {@link dev.understudy.api.BackendFailure}.
   */
  CompletableFuture<Void> caughtUp();

  /**
   * Completes once this peer has applied all that is committed now; fails with a {@link
   * dev.understudy.api.BackendFailure}, as it does without a leader.
   */
  CompletableFuture<Void> upToDate();

  /**
   * Puts a change into the log and completes when this peer has applied it.
   *
   * @return what became of it; fails with a {@link dev.understudy.api.BackendFailure}
   */
  CompletableFuture<ChangeResult> change(UserChange change);
}
