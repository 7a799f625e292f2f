package dev.understudy.wal;

/** What a record of the log is. The codes are part of the format; none is 0 or used twice. */
enum FrameType {
  /** The first record of a segment: a {@code SegmentHeader}. */
  HEADER(1),
  /** An {@code Entry}. */
  ENTRY(2),
  /** A {@code HardState}. */
  HARD_STATE(3),
  /** The {@code SnapshotMetadata} of a snapshot taken here, whose file is durable. */
  SNAPSHOT_TAKEN(4),
  /** The same of a snapshot that a leader sent: the log begins anew after it. */
  SNAPSHOT_INSTALLED(5),
  /** Empty: the log goes on in the next segment, which exists. */
  SEAL(6);

  private static final FrameType[] BY_CODE = new FrameType[256];

  static {
    for (FrameType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final byte code;

  FrameType(int code) {
    this.code = (byte) code;
  }

  byte code() {
    return code;
  }

  /** The type of that code; null when there is none. */
  static FrameType of(byte code) {
    return BY_CODE[code & 0xff];
  }
}
