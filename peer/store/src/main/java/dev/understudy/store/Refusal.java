package dev.understudy.store;

/** A {@link StoreError} before it is known at which index. */
record Refusal(int code, String cause) {
  StoreError at(long index) {
    return new StoreError(code, cause, index);
  }
}
