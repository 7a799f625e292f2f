package dev.understudy.clusterconfig;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a machine that asks for a seat says about its data directory. Decides what becomes of a seat
 * that its name still has: a machine whose log is lost has forgotten votes and acknowledged
 * entries, and must come back as another member.
 */
public sealed interface LocalData {
  /** It said nothing, as machines of etcd 0.4 do. */
  record Unstated() implements LocalData {}

  /** It has no log: it is new, or its disk was lost. */
  record None() implements LocalData {}

  /**
   * It has the log of this member.
   *
   * @param memberId never 0
   * @param lineage the starts of its directory
   * @param lastIndex the index of the log's last entry; empty when nothing is stated, as by a peer
   *     that runs
   * @param lastTerm the term of that entry; empty when it is not stated, as by earlier releases
   */
  record Held(long memberId, Lineage lineage, OptionalLong lastIndex, OptionalLong lastTerm)
      implements LocalData {
    /** Of a log of whose last entry no term is stated. */
    public Held(long memberId, Lineage lineage, OptionalLong lastIndex) {
      this(memberId, lineage, lastIndex, OptionalLong.empty());
    }

    /** Of a release that states no more than the member. */
    public Held(long memberId) {
      this(memberId, Lineage.UNSTATED, OptionalLong.empty());
    }

    public Held {
      Objects.requireNonNull(lineage);
      Objects.requireNonNull(lastIndex);
      Objects.requireNonNull(lastTerm);
      if (memberId == 0) {
        throw new IllegalArgumentException("0 is no member id");
      }
    }
  }
}
