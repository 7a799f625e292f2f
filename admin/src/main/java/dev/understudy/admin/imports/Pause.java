package dev.understudy.admin.imports;

import java.util.concurrent.CompletableFuture;

/** Lets time pass. */
interface Pause {
  /** A future that completes after so many milliseconds, on any thread. */
  CompletableFuture<Void> of(long millis);
}
