/**
 * Streams of messages between peers, and transfers of snapshots.
 *
 * <p>Read first: {@link dev.understudy.transport.Transport}, what the driver sees; then {@link
 * dev.understudy.transport.HttpTransport}, which puts the parts together: {@code PeerLink}
 * (connect, and connect again), {@code PeerStream} (one WebSocket) with its {@code SendQueue},
 * {@code PeerHandler} (the accepting side), {@code SnapshotSender} and {@code SnapshotReceiver},
 * {@code MessageCodec} (with {@code ConsensusProto} and {@code ProposalsProto} the only place that
 * knows the format). Below them all is {@code Connections}, which opens what they write to: Jetty's
 * client, or, in a simulation of whole clusters, connections in virtual time.
 *
 * <h2>What is always true</h2>
 *
 * <ul>
 *   <li>{@code send} never blocks and never waits for a socket: it puts messages into the bounded
 *       queue of a stream. What does not fit, or finds no stream, is dropped, counted and reported.
 *       Each peer has its own queue, so one that is slow or dead costs the others nothing.
 *   <li>At most one frame is on its way on a stream. Whatever waits meanwhile leaves in the next
 *       one, so batches grow with the load, no timer delays a single message, and the order is
 *       kept.
 *   <li>A stream is used in both directions. Between two healthy peers there are two, one opened by
 *       each side, and each side sends on its own. A member whose address is unknown, or whom we
 *       cannot reach, is answered on the stream that it opened. That is how a removed member hears
 *       the denial of its vote from peers that have long forgotten its address, and how a learner
 *       answers before it knows any address.
 *   <li>Accepting asks for the cluster's id and for our own, not for membership, for the same
 *       reason. Who is a member is the core's business.
 *   <li>One process speaks for a member ({@code StartJudge}). Each side states the starts of its
 *       directory at the head of a stream; one that the start recorded by the cluster outlives is
 *       refused and reported, and a second one waits while the first is heard. One whose directory
 *       knows nothing of the start that was heard before it is kept out until a leader has recorded
 *       it: the directory was set back or is a copy, and what the other start voted and
 *       acknowledged here may be missing in it. Few of a directory's starts are stated at once;
 *       whoever is refused for one of its own states that one, too. Whoever states none, like
 *       releases before these, is another process than one that does. What cannot be told apart:
 *       two copies of a directory that are started when no peer that ran before is up; and somebody
 *       who knows a member's id and present start, which is no secret.
 *   <li>The end of a member's process is reported ({@code PeerReceiver.processEnded}) when no
 *       stream with it stands, whoever opened it, and an attempt to connect is refused, because
 *       nobody listens there. A kernel closes the streams of a process that dies at once, whereas
 *       one that is cut off or frozen just falls silent. A stream that breaks is connected again at
 *       once, so nothing waits for a pause, and one broken stream is no sign of anything.
 *   <li>Nothing is received into memory without a limit: a frame has a maximal size, a snapshot
 *       goes from socket to sink through one buffer and holds its sender back.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>This package has none. Frames are read on threads of the server or the client and handed to
 * the receiver right there; frames are encoded and written on the client's threads, not on the
 * driver's; pauses and inspections run on the timer given. A snapshot is received on a thread of
 * the server, which the sink may block.
 *
 * <h2>Why WebSocket</h2>
 *
 * <p>Measured on loopback with {@code StreamChoiceMeasurement} (JDK 17, 2 cores, Jetty 12.1, one
 * write in flight, one way, both ends in one process, messages of 300 bytes), against one endless
 * POST:
 *
 * <pre>
 *                        one message a frame        64 messages a frame
 * WebSocket, 64 KiB      230,000/s,  6.7 µs CPU     3,650,000/s, 0.52 µs CPU a message
 * WebSocket, 4 KiB       155,000/s, 10.4 µs CPU     2,590,000/s, 0.72 µs CPU
 * endless POST           193,000/s, 10.2 µs CPU     7,440,000/s, 0.26 µs CPU
 * </pre>
 *
 * <p>A request is cheaper for large batches, since nothing is masked and nothing copied together,
 * but its figure leaves out the framing that we would have to add. At the rates of a busy cluster,
 * some ten thousand entries a second, the difference is below one per cent of a core. Single
 * messages, which decide about latency, are cheaper as frames; and frames come with borders, pings,
 * close codes and a way back on the same connection. Hence WebSocket, with buffers of 64 KiB
 * ({@link dev.understudy.transport.HttpTransport#prepare}).
 *
 * <p>The whole network ({@code NetworkMeasurement}; codec, queue and receiver on both sides) on the
 * same machine under other load: 250,000 to 600,000 one-entry appends a second at 2.5 to 4 µs CPU,
 * 0.13 ms median round trip when warm. Writing on the caller's thread instead made the round trip
 * 0.08 ms, but coalesced less: 80,000 a second at 10 µs, and all of it on the driver's thread.
 *
 * <h2>Where we differ from etcd</h2>
 *
 * <p>etcd keeps two streams in each direction and a pipeline of requests besides; heartbeats,
 * entries and everything else share one stream here, which is never behind more than one batch.
 * While a stream is down, messages are dropped at once instead of being posted one by one. etcd
 * refuses a removed member with 410 and thereby informs it; here consensus does that, in the
 * committed order, and 410 means that the caller's idea of who lives at this address is outdated.
 */
package dev.understudy.transport;
