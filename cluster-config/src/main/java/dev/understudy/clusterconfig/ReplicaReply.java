package dev.understudy.clusterconfig;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The leader's answer to a standby that wants to hold the cluster's data, in the header {@link
 * #HEADER} of its answer to a sync. A leader that knows nothing of such standbys leaves it out.
 */
public sealed interface ReplicaReply {
  /** The name of the header: {@code id=<hex>&commit=<n>}, or {@code refused=<why>}, encoded. */
  String HEADER = "X-Understudy-Replica";

  /**
   * The leader sends its log from now on, until the standby is silent for some sync intervals.
   *
   * @param memberId the id to get it under, and to take a seat with; never 0
   * @param commitIndex what must be applied before the data are the cluster's of this moment
   */
  record Granted(long memberId, long commitIndex) implements ReplicaReply {
    public Granted {
      if (memberId == 0) {
        throw new IllegalArgumentException("0 is no id");
      }
    }

    @Override
    public String toHeader() {
      return "id=" + HexId.text(memberId) + "&commit=" + Long.toUnsignedString(commitIndex);
    }
  }

  /** It does not. */
  record Refused(String why) implements ReplicaReply {
    public Refused {
      Objects.requireNonNull(why);
    }

    @Override
    public String toHeader() {
      return "refused=" + UrlText.inForm(why);
    }
  }

  /** The value of the header. */
  String toHeader();

  /** Reads the header, which may be absent; empty when it is anything else. */
  static Optional<ReplicaReply> fromHeader(String valueOrNull) {
    if (valueOrNull == null) {
      return Optional.empty();
    }
    String why = MachineRecord.field(valueOrNull, "refused");
    if (!why.isEmpty()) {
      return Optional.of(new Refused(why));
    }
    OptionalLong id = HexId.parse(MachineRecord.field(valueOrNull, "id"));
    String commit = MachineRecord.field(valueOrNull, "commit");
    return id.isPresent() && id.getAsLong() != 0 && commit.matches("\\d{1,19}")
        ? Optional.of(new Granted(id.getAsLong(), Long.parseUnsignedLong(commit)))
        : Optional.empty();
  }
}
