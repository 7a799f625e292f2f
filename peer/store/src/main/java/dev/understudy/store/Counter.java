package dev.understudy.store;

/** The operations that the store counts: on every peer the same, and kept in snapshots. */
public enum Counter {
  SETS_SUCCESS("setsSuccess"),
  SETS_FAIL("setsFail"),
  DELETE_SUCCESS("deleteSuccess"),
  DELETE_FAIL("deleteFail"),
  UPDATE_SUCCESS("updateSuccess"),
  UPDATE_FAIL("updateFail"),
  CREATE_SUCCESS("createSuccess"),
  CREATE_FAIL("createFail"),
  COMPARE_AND_SWAP_SUCCESS("compareAndSwapSuccess"),
  COMPARE_AND_SWAP_FAIL("compareAndSwapFail"),
  COMPARE_AND_DELETE_SUCCESS("compareAndDeleteSuccess"),
  COMPARE_AND_DELETE_FAIL("compareAndDeleteFail"),
  EXPIRE_COUNT("expireCount");

  private final String wireName;

  Counter(String wireName) {
    this.wireName = wireName;
  }

  /** The name in the JSON of {@code /v2/stats/store}, and in snapshots. */
  public String wireName() {
    return wireName;
  }
}
