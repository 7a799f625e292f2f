/**
 * The client API: {@code /v2/keys} as etcd 3.4 answers it with {@code --enable-v2}, and what stands
 * around it.
 *
 * <p>Read {@link dev.understudy.api.ClientBackend} first: it is all that these handlers know of the
 * peer. {@link dev.understudy.api.ClientApi} puts them together and is the table of all paths;
 * {@code EtcdDialect} holds what every answer here has in common, {@code KeysHandler} holds the
 * branches of {@code /v2/keys}, {@code KeyRequest} the parameters and {@code KeyOperations} the
 * table from parameters to an operation of the store.
 *
 * <p>{@code OperatorApi} answers {@code /v1/operator} in the words of Consul and Nomad; it knows
 * the peer as an {@link dev.understudy.api.OperatorBackend}. What only the leader knows is
 * redirected there, settings can be read and written at any peer.
 *
 * <p>{@code /v1} stands beside it in a package of its own, which knows this one, and so does the
 * page at {@code /dashboard}; whoever puts the peer together hands their routes in.
 *
 * <h2>What is always true</h2>
 *
 * <ul>
 *   <li>Nothing here blocks, takes a lock that a writer holds or starts a thread. A read is
 *       answered by the thread that read the request, from one immutable version; only a listing in
 *       a large tree goes to another thread, so that it does not keep the connections of its
 *       selector waiting. A write is answered by the thread that completes it.
 *   <li>An answer is one array of bytes and one write, but for long ones, which are sent in slices;
 *       of a listing beyond a megabyte the text is made as the client takes it ({@code
 *       ListingAnswer}). JSON is written directly, by the rules of Go's encoder, so that answers
 *       are equal to etcd's byte for byte.
 *   <li>Every request is answered. What a user can cause is an error with a code; a fault inside is
 *       a 500 without its details.
 *   <li>What a client may do with a key is decided in one place, {@code Authorizer}.
 *   <li>A watch costs no thread. What waits for a watcher is bounded by the store, a watcher who
 *       leaves is noticed, and the end of the peer ends every watch.
 * </ul>
 *
 * <h2>Where we differ from etcd</h2>
 *
 * <ul>
 *   <li>{@code quorum=true} is confirmed by a quorum without an entry in the log, and {@code
 *       consistent=true} of etcd 0.4 means the same rather than nothing.
 *   <li>An election is answered 503 with {@code Retry-After}, not 500: the write was certainly not
 *       done. A write whose outcome is unknown stays 500.
 *   <li>{@code /_etcd} is the cluster's own and read-only here (107).
 *   <li>A time to live that ends after the year 2262 makes a key permanent; etcd lets the number of
 *       nanoseconds wrap around, which makes it permanent or, for some numbers, expired.
 *   <li>A path with a NUL byte, and one that climbs above the root, is refused by Jetty (400).
 *   <li>Members cannot be changed under {@code /v2/members}; {@code /v2/leader} of 0.4 is there.
 *   <li>A stream from an index in the past goes on after its first event, and hidden keys and paths
 *       that merely begin alike are kept apart there as well; that is the store's doing.
 * </ul>
 */
package dev.understudy.api;
