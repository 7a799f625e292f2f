package dev.understudy.transport;

import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineTraits;
import java.net.URI;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;

/**
 * What a peer says of itself at the head of every request to another, as HTTP headers; ids are
 * unsigned hexadecimal numbers.
 *
 * @param clusterId the cluster it believes to speak with
 * @param from its own member id
 * @param to the member it believes to speak with
 * @param formatVersion the format of what follows
 * @param peerUrl where it can be reached, for the other side's log
 * @param lineage what it states of the starts of its directory; {@link Lineage#UNSTATED} of a
 *     release before these
 * @param traits what it says of its machine
 */
record Handshake(
    long clusterId,
    long from,
    long to,
    int formatVersion,
    URI peerUrl,
    Lineage lineage,
    MachineTraits traits) {
  /**
   * The format of frames and of snapshot transfers that this version writes, and the newest it
   * reads.
   */
  static final int FORMAT_VERSION = 1;

  static final String STREAM_PATH = "/raft/stream";
  static final String SNAPSHOT_PATH = "/raft/snapshot";

  private static final String CLUSTER = "Understudy-Cluster";
  private static final String FROM = "Understudy-From";
  private static final String TO = "Understudy-To";
  private static final String FORMAT = "Understudy-Format";
  private static final String PEER_URL = "Understudy-Peer-Url";

  /** Also in the answer to an upgrade: messages go both ways, so both sides have to know. */
  private static final String INCARNATION = "Understudy-Incarnation";

  /** As well; releases before it skip it. */
  private static final String MACHINE = "Understudy-Machine";

  /** What this peer says to a member. */
  static Handshake of(PeerIdentity self, StatedStarts starts, long to) {
    return new Handshake(
        self.clusterId(),
        self.memberId(),
        to,
        FORMAT_VERSION,
        self.peerUrl(),
        starts.lineage(),
        self.traits());
  }

  /** Hands out the headers, name and value. */
  void write(BiConsumer<String, String> headers) {
    headers.accept(CLUSTER, HexId.text(clusterId));
    headers.accept(FROM, HexId.text(from));
    headers.accept(TO, HexId.text(to));
    headers.accept(FORMAT, Integer.toString(formatVersion));
    headers.accept(PEER_URL, peerUrl.toString());
    writeStated(lineage, traits, headers);
  }

  /** Hands out what both sides say of themselves, as far as anything is stated. */
  static void writeStated(
      Lineage lineage, MachineTraits traits, BiConsumer<String, String> headers) {
    if (lineage.isStated()) {
      headers.accept(INCARNATION, lineage.toString());
    }
    if (!traits.equals(MachineTraits.UNSTATED)) {
      headers.accept(MACHINE, traits.toHeader());
    }
  }

  /** Reads what is said of the machine; nothing is stated when it is missing or makes no sense. */
  static MachineTraits readTraits(HttpFields headers) {
    return MachineTraits.fromHeader(headers.get(MACHINE));
  }

  /** Reads that header; {@link Lineage#UNSTATED} when it is missing or makes no sense. */
  static Lineage readLineage(HttpFields headers) {
    String value = headers.get(INCARNATION);
    return value == null ? Lineage.UNSTATED : Lineage.parse(value);
  }

  /** Reads the headers; empty when one is missing or makes no sense. */
  static Optional<Handshake> read(HttpFields headers) {
    try {
      return Optional.of(
          new Handshake(
              id(headers, CLUSTER),
              id(headers, FROM),
              id(headers, TO),
              format(text(headers, FORMAT)),
              URI.create(text(headers, PEER_URL)),
              readLineage(headers),
              readTraits(headers)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Why this peer does not talk with the sender, if so. Whether the sender is a member is not
   * asked: a removed one must be able to learn that it is. A stranger learns nothing from a refusal
   * that it did not know: the ids are for this peer's log only.
   */
  Optional<HandshakeRejection> refusedBy(PeerIdentity self) {
    if (formatVersion > FORMAT_VERSION) {
      return Optional.of(
          new HandshakeRejection(
              HttpStatus.BAD_REQUEST_400,
              "format version %d is newer than %d, which is the newest known here"
                  .formatted(formatVersion, FORMAT_VERSION)));
    }
    if (clusterId != self.clusterId()) {
      return Optional.of(
          new HandshakeRejection(
              HttpStatus.PRECONDITION_FAILED_412,
              "not this cluster",
              "member %x of cluster %x, at %s, took this peer for one of its cluster; it belongs to %x"
                  .formatted(from, clusterId, peerUrl, self.clusterId())));
    }
    if (to != self.memberId()) {
      return Optional.of(
          new HandshakeRejection(
              HttpStatus.GONE_410,
              "not this member",
              "member %x, at %s, took this peer for member %x; it is %x"
                  .formatted(from, peerUrl, to, self.memberId())));
    }
    if (from == self.memberId()) {
      return Optional.of(
          new HandshakeRejection(
              HttpStatus.CONFLICT_409,
              "not under this id",
              "somebody at %s took the id of this peer, %x, for its own".formatted(peerUrl, from)));
    }
    return Optional.empty();
  }

  private static long id(HttpFields headers, String name) {
    long id = Long.parseUnsignedLong(text(headers, name), 16);
    if (id == 0) {
      throw new IllegalArgumentException(name + " is 0");
    }
    return id;
  }

  /** A number of digits only, from 1. */
  private static int format(String text) {
    int format = Integer.parseInt(text);
    if (format < 1 || text.charAt(0) == '+') {
      throw new IllegalArgumentException("no format: " + text);
    }
    return format;
  }

  private static String text(HttpFields headers, String name) {
    String value = headers.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }
}
