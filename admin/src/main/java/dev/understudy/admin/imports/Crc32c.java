package dev.understudy.admin.imports;

/** The Castagnoli checksum that goes on from another one, which {@code java.util.zip} cannot. */
final class Crc32c {
  private static final int POLYNOMIAL = 0x82f63b78;
  private static final int[] TABLE = new int[256];

  static {
    for (int i = 0; i < TABLE.length; i++) {
      int crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
      }
      TABLE[i] = crc;
    }
  }

  private Crc32c() {}

  /**
   * Of what came before and these bytes.
   *
   * @param before the checksum of what came before; 0 for nothing
   */
  static int of(int before, byte[] bytes) {
    int crc = ~before;
    for (byte each : bytes) {
      crc = TABLE[(crc ^ each) & 0xff] ^ (crc >>> 8);
    }
    return ~crc;
  }
}
