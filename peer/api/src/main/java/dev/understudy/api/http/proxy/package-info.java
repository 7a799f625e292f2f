/**
 * A machine that asks the leader for its clients: {@link dev.understudy.api.http.proxy.LeaderProxy}
 * and, for each request, {@code ForwardedRequest}. A standby does so with everything when it is
 * told to; a follower with the little that only a leader knows, such as the renewal of a session,
 * because many clients follow no redirect of a PUT.
 *
 * <p>A piece of an answer is asked for when the one before is written. A request that was marked by
 * another proxy is redirected, so none is sent in circles.
 */
package dev.understudy.api.http.proxy;
