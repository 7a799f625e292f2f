package dev.understudy.transport;

import dev.understudy.clusterconfig.HexId;
import dev.understudy.raft.Message;

/**
 * Takes what arrives. Called from threads of the network, several at a time: every method must
 * return without blocking and must not throw (the driver puts it into its inbox).
 */
public interface PeerReceiver {
  /**
   * A message for this member. The sender belongs to this cluster but need not be a member any
   * more; the message itself is untrusted input.
   */
  void message(Message message);

  /** Proposals that another member has forwarded to this one. As untrusted as a message. */
  void forwarded(ForwardedProposals proposals);

  /**
   * Commands that this member has forwarded were refused by the other. As untrusted as a message.
   */
  void refused(RejectedProposals refusal);

  /**
   * Something sent to this member was dropped, or its stream broke with messages in flight. Told
   * once for each time, not once for each message.
   */
  void unreachable(long member);

  /**
   * The process of a member has ended, as far as can be seen from here: no stream with it stands
   * any more, and where it was nobody listens. Told after the last of what it sent, once for each
   * time. It may be wrong, where a firewall refuses connections in a process's stead.
   */
  void processEnded(long member);

  /**
   * Another member knows that this peer's directory is a copy of its member's, or an older state of
   * it: this process must not take part any more. May be reported more than once.
   *
   * @param reason one line for an operator
   */
  void outlived(String reason);

  /**
   * A snapshot is durable at this peer; the message is to be stepped into the core now. When the
   * core does not take it, what the sink keeps of it is to be removed.
   */
  void snapshotArrived(Message.InstallSnapshot message);

  /**
   * What a member is called in the log: by the name of its machine, where that is known, and its
   * id. Any thread; never blocks.
   */
  default String nameOf(long member) {
    return HexId.text(member);
  }

  /**
   * Whether it copies the log without being a member, so that no snapshot names it. Any thread;
   * never blocks.
   */
  boolean isObserver();

  /** Whom this member follows: who may send it a snapshot. Never blocks. */
  Following following();

  /**
   * A leader that is being followed.
   *
   * @param term the term in which it leads
   * @param leader the leader; 0 when none is known, and this member's own id when it leads
   */
  record Following(long term, long leader) {
    /** Nobody in any term. */
    public static final Following NOBODY = new Following(0, 0);
  }
}
