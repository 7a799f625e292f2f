/**
 * The durable log of one member, and the snapshots beside it.
 *
 * <p>Read first: {@link dev.understudy.wal.Wal}, {@link dev.understudy.wal.WalBatch}, {@link
 * dev.understudy.wal.SnapshotStore}. Both use a {@link dev.understudy.wal.Directory}: the disk, or
 * in simulations {@code MemoryDisk} of the test jar, which forgets and fails on purpose.
 *
 * <h2>What is always true</h2>
 *
 * <ul>
 *   <li>A batch is reported durable only after a sync that began after its last byte was written;
 *       after a crash it is there whole or not at all, and batches before it are there too. (A hard
 *       state that differs in the commit index alone waits for no sync, as in etcd: the index can
 *       be learned again.)
 *   <li>Nothing is changed before all of the log has been read and found sound. What a crash in the
 *       middle of a write left behind is cut off. Everything else is refused, with file and offset.
 *   <li>A file bears its final name only when it is complete and durable.
 *   <li>A failed write or sync ends the log's life in this process. The next one may be shown by
 *       the system what will never be written; so what no record proves to have been durable is
 *       written anew before it counts. A full disk ends nothing, as long as it shows while room is
 *       being set aside: nothing of a batch has been written by then, and the batch waits.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>One thread, started by {@code Wal.start} and named {@code wal-<member>}, owns the segments and
 * runs the callbacks; instead a simulation may turn the loop by hand. Others talk to it through a
 * bounded queue. A second thread, {@code wal-<member>-spare}, fills the next segment's file with
 * zeros once the present one is half full. Snapshots are written and read on the threads of their
 * callers.
 *
 * <h2>Segments</h2>
 *
 * <p>{@code <sequence>-<first index>.wal}, in hex. Big-endian throughout. Records follow one
 * another, each at a multiple of 8:
 *
 * <pre>
 *  0  u32  checksum: CRC32C of sequence (u64), offset of the record (u64), bytes 4 to 23
 *  4  u32  CRC32C of payload and end marks
 *  8  u32  length of the payload
 * 12  u32  bytes before this record that were not known to be durable when it was written
 * 16       6 bytes of zero
 * 22  u8   flags: 1 = last record of its batch
 * 23  u8   type: 1 header, 2 entry, 3 hard state, 4 snapshot taken, 5 snapshot installed, 6 seal
 * 24       payload, a message of log.proto
 *          1 to 8 end marks (a5), up to the next multiple of 8
 * </pre>
 *
 * <p>The first record is a {@code SegmentHeader}: format version, cluster, member, and what would
 * be lost when older segments go. The rest of the file is zeros. A segment of cluster c1, member a,
 * and in it entry 1 of term 2 with the data "hello" (the test {@code FormatTest} holds us to it):
 *
 * <pre>
 *  0  ae051474 6f4be5b2 0000001a 00000000 000000000000 01 01       header, 26 bytes, synced, last of batch
 * 24  08 01  11 c100000000000000  19 0a00000000000000              version 1, cluster c1, member a,
 *     20 01  28 01  42 00                                          sequence 1, first index 1, no hard state
 * 50  a5a5a5a5a5a5
 * 56  d2a42bca 02e0537b 0000000b 00000000 000000000000 01 02       entry, 11 bytes, all before it synced
 * 80  08 02  10 01  1a 05 68656c6c6f                               term 2, index 1, data "hello"
 * 91  a5a5a5a5a5
 * 96  00 …
 * </pre>
 *
 * <p>A new segment is made under another name, synced, renamed, and only then is the full one
 * closed with a seal (a seal that a crash has prevented is set at the next start): so a seal
 * without a successor means that a segment is missing, and a successor (which states where the full
 * one ends) means that everything before it was synced. Segments go from the oldest on, each
 * deletion being made durable before the next.
 *
 * <h2>Why checksums are not chained</h2>
 *
 * <p>etcd seeds each record's checksum with the one before. That shows when a record is missing or
 * is left over from another time, but behind one damaged record nothing can be checked any more, so
 * it cannot be said whether a torn write or damage ended the log. Here each checksum covers the
 * record's place instead, which excludes records that are left over, missing or moved just as well,
 * and every record can be judged by itself. That gives the rule for the place where sound records
 * end in the last segment:
 *
 * <ol>
 *   <li>Nothing but zeros from there on: the log ends there.
 *   <li>A sound record further on says (at 12) that the log was durable beyond this place: damage.
 *       The disk may write the sectors of one sync in any order, so sound records behind a torn one
 *       are nothing unusual as long as none says that.
 *   <li>The record there is not zero where a tear would have left zeros, which is at its end mark
 *       or for a whole sector of 512 bytes: damage. So a flipped bit in the very last record, too,
 *       is distinguished from a torn one.
 *   <li>Otherwise it was torn: it was never reported durable, and is cut off together with its
 *       batch.
 * </ol>
 *
 * <p>What remains undetected: a last record that lost a whole sector to zeros after it was synced,
 * or a last segment of which everything behind some record became zeros.
 *
 * <h2>Snapshots</h2>
 *
 * <p>{@code <index>-<term>.snap}: chunks of a length (u32), a checksum (u32, the CRC32C of the
 * chunk's offset (u64), its length (u32), and its payload) and a payload. The first chunk is a
 * {@code SnapshotHeader}, the last one is empty. A snapshot has the same bytes on the wire. Voters
 * 1, 2, 3 as of entry 9 of term 2, and the state "tree":
 *
 * <pre>
 *  0  00000024 41237fee                                            36 bytes
 *  8  08 01  12 20  08 02  10 09  1a 1a  0a 18 0100000000000000 0200000000000000 0300000000000000
 * 44  00000004 5034f77b  74726565                                  4 bytes: "tree"
 * 56  00000000 7a8d6a48                                            the end
 * </pre>
 *
 * <p>A restart trusts a snapshot only when the log holds its marker: a file may have become
 * complete just before a crash that lost what made it valid. Two are kept, and the log back to the
 * older one, so that one damaged file costs nothing. A snapshot that a leader sent is different:
 * the log restarts after it, so when its file is lost the start is refused, for the entries between
 * it and the older one never were here.
 *
 * <h2>Figures</h2>
 *
 * <p>Two cores, a disk that does about 7,600 fdatasync a second alone ({@code fio}, 4 KiB each),
 * entries of 256 bytes; by {@code WalBenchmark}, {@code RecoveryBenchmark} and {@code
 * SnapshotBenchmark} of the tests, beside the plain thing in the same run:
 *
 * <ul>
 *   <li>one writer, single entries: 6,600 to 7,000 a second, 86 to 89 % of a plain loop that writes
 *       and syncs the same bytes; batches of 64: 318,000 to 333,000 entries a second, 69 %; 64
 *       single entries in flight: 190,000 to 196,000 a second, 40 to a sync.
 *   <li>a log of 1 GiB recovers in 2.1 to 5.5 s, 200 to 500 MB/s (4 million entries on the heap);
 *       {@code cat} reads the same files, cached, in 0.1 s.
 *   <li>snapshots of a million keys (42 MB, 0.3 s each) one after the other beside four clients
 *       that write: p99 of a write 7.5 to 8.1 ms, without them 1.5 to 6.3 ms.
 * </ul>
 */
package dev.understudy.wal;
