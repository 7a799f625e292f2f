package dev.understudy.transport;

import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What all streams of one running network share.
 *
 * @param self who this peer is
 * @param stated what it states of the starts of its directory
 * @param options the limits
 * @param codec reads and writes frames
 * @param dialer opens streams
 * @param writers runs encoding and the beginning of a write
 * @param timer runs what is due later
 * @param nanoClock monotonic time in nanoseconds
 * @param traffic what is counted
 * @param receiver takes what arrives
 * @param inbound the way there
 * @param budget the memory for frames that arrive
 * @param streams every stream that is not over; a concurrent set
 * @param starts who may speak for a member
 */
record LinkContext(
    PeerIdentity self,
    StatedStarts stated,
    TransportOptions options,
    MessageCodec codec,
    StreamDialer dialer,
    Executor writers,
    Timer timer,
    LongSupplier nanoClock,
    Traffic traffic,
    PeerReceiver receiver,
    Inbound inbound,
    ReceiveBudget budget,
    Set<PeerStream> streams,
    StartJudge starts) {
  PeerStream newStream(long member, PeerStream.Owner owner) {
    return new PeerStream(member, options, codec, writers, nanoClock, traffic, budget, owner);
  }

  /** Whether there is a stream with a member whose end is not known yet, whoever has opened it. */
  boolean isInTouchWith(long member) {
    return streams.stream().anyMatch(stream -> stream.member() == member && stream.wasOpened());
  }

  String selfName() {
    return nameOf(self.memberId());
  }

  String nameOf(long member) {
    return receiver.nameOf(member);
  }
}
