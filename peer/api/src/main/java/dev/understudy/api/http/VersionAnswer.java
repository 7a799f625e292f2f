package dev.understudy.api.http;

/** What a client port says under {@code /version}, in every mode. */
public final class VersionAnswer {
  /** The etcd whose answers these are; clients decide by it what they may ask. */
  private static final String ETCD_VERSION = "3.4.0";

  private VersionAnswer() {}

  /**
   * The JSON.
   *
   * @param version of this program
   */
  public static JsonBytes of(String version) {
    JsonBytes out = new JsonBytes(128).ascii("{\"etcdserver\":").string(ETCD_VERSION);
    out.ascii(",\"etcdcluster\":").string(ETCD_VERSION);
    return out.ascii(",\"understudy\":").string(version).raw('}');
  }
}
