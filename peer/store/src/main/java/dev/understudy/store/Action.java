package dev.understudy.store;

/** What happened to a node, with the name that the v2 API gives to it. */
public enum Action {
  GET("get"),
  CREATE("create"),
  SET("set"),
  UPDATE("update"),
  DELETE("delete"),
  COMPARE_AND_SWAP("compareAndSwap"),
  COMPARE_AND_DELETE("compareAndDelete"),
  EXPIRE("expire");

  private final String wireName;

  Action(String wireName) {
    this.wireName = wireName;
  }

  /** The name in JSON. */
  public String wireName() {
    return wireName;
  }
}
