/**
 * A small client of the keys API ({@code /v2/keys}) for applications on the JVM: {@code
 * java.net.http} and Gson, and nothing of ours.
 *
 * <p>Read first: {@link dev.understudy.client.KeysClient}; then {@code
 * dev.understudy.client.recipes} for locks, elections, barriers, queues and service records.
 *
 * <h2>What it is careful about</h2>
 *
 * <ul>
 *   <li><b>What became of a write.</b> One that was certainly not done is sent again, elsewhere or
 *       later: a connection that was refused, an answer 503 with the code 301 or 402, a redirect.
 *       One of which that is not known (the connection broke, 500 with the code 300, no answer in
 *       time) is never sent again behind the caller's back; the call ends with {@link
 *       dev.understudy.client.OutcomeUnknownException}. Where a write is protected by an index, or
 *       must find no key, and its value is nobody else's, what became of it can be found out, and
 *       is ({@link dev.understudy.client.WriteOptions#uniqueValue}).
 *   <li><b>Watches without gaps.</b> A watch goes on at the index behind the last event that it
 *       told of, at whatever machine answers. When the cluster no longer has the history from there
 *       (401: it keeps the last 1,000 events), the listener is told so, with the state that there
 *       is now, and the watch goes on from that. That may happen without anything having changed
 *       beneath a quiet directory of a busy cluster.
 *   <li><b>Redirects.</b> A standby sends clients to the leader; credentials go along, but never
 *       from https to http.
 * </ul>
 *
 * <p>Every call blocks, has a deadline, and may be interrupted. A watch and whatever is kept alive
 * have a thread each, from {@code ClientThreads}, the only place here that knows time and threads.
 *
 * <h2>When to use etcd4j instead</h2>
 *
 * <p>etcd4j speaks to the same API. It is the better choice where calls must not block (it is built
 * upon Netty and gives promises), where one program also speaks to an etcd and uses its statistics
 * and member lists, or where it is in use and does well. It does not tell a write that failed from
 * one whose outcome is unknown, retries by a policy of its own, and leaves watches, their gaps, and
 * recipes to the application; that is what this one is for.
 */
package dev.understudy.client;
