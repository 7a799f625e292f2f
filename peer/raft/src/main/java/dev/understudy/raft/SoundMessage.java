package dev.understudy.raft;

/**
 * Whether a message could have been sent by a correct member at all, whatever the state of its
 * receiver. What passes has numbers that can be added and compared without overflow, and can be
 * handed to code that checks invariants; what does not is dropped before anything reads it.
 */
final class SoundMessage implements Message.Visitor<Boolean> {
  /** Far above any log; twice of it is still a number. */
  static final long MAX_INDEX = 1L << 62;

  private static final SoundMessage CHECK = new SoundMessage();

  private SoundMessage() {}

  static boolean is(Message message) {
    return (isTerm(message.term()) || isDenial(message)) && message.accept(CHECK);
  }

  /** The only message with a term that exists nowhere. */
  static boolean isDenial(Message message) {
    return message.term() == Message.TERM_DENIED
        && message instanceof Message.AnyVoteResponse response
        && !response.granted();
  }

  /** A term from which the next one can be counted. */
  private static boolean isTerm(long term) {
    return term >= 0 && term < Long.MAX_VALUE;
  }

  private static boolean isIndex(long index) {
    return index >= 0 && index <= MAX_INDEX;
  }

  /** An append without entries is only compared with the log, which may say no to anything. */
  @Override
  public Boolean visit(Message.Append append) {
    return isTerm(append.prev().term())
        && isIndex(append.prev().index())
        && isIndex(append.commit())
        && (append.entries().isEmpty() || append.slice().isWellFormed(append.term()));
  }

  @Override
  public Boolean visit(Message.AppendResponse response) {
    return isIndex(response.index())
        && isIndex(response.hintIndex())
        && isTerm(response.hintTerm());
  }

  @Override
  public Boolean visit(Message.VoteRequest request) {
    return isSound(request);
  }

  @Override
  public Boolean visit(Message.PreVoteRequest request) {
    return isSound(request);
  }

  private static boolean isSound(Message.AnyVoteRequest request) {
    return isTerm(request.lastTerm()) && isIndex(request.lastIndex());
  }

  @Override
  public Boolean visit(Message.VoteResponse response) {
    return true;
  }

  @Override
  public Boolean visit(Message.PreVoteResponse response) {
    return true;
  }

  @Override
  public Boolean visit(Message.Heartbeat heartbeat) {
    return isIndex(heartbeat.commit());
  }

  @Override
  public Boolean visit(Message.HeartbeatResponse response) {
    return true;
  }

  /** A membership that contradicts itself could not be taken over. */
  @Override
  public Boolean visit(Message.InstallSnapshot install) {
    SnapshotMetadata metadata = install.snapshot().metadata();
    return isTerm(metadata.term())
        && isIndex(metadata.index())
        && metadata.term() <= install.term()
        && (metadata.index() == 0 || metadata.confState().isSound());
  }

  @Override
  public Boolean visit(Message.Propose propose) {
    return !propose.payloads().isEmpty();
  }

  @Override
  public Boolean visit(Message.ReadIndexRequest request) {
    return true;
  }

  @Override
  public Boolean visit(Message.ReadIndexResponse response) {
    return isIndex(response.index());
  }

  @Override
  public Boolean visit(Message.TransferLeader transfer) {
    return true;
  }

  @Override
  public Boolean visit(Message.TimeoutNow timeoutNow) {
    return true;
  }
}
