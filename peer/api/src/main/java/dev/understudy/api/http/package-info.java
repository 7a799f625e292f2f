/**
 * HTTP for every door of a machine, whatever its mode: one request as an object, and who answers
 * it. Knows nothing of keys, peers or clusters but the errors that all of them answer.
 *
 * <p>Read {@link dev.understudy.api.http.HttpExchange} first, then {@link
 * dev.understudy.api.http.RouteTable}. A {@link dev.understudy.api.http.Door} is a table of routes
 * under a {@link dev.understudy.api.http.Dialect}, which holds what differs between doors: headers
 * of every answer, how paths are read, and the words for 404, 405, 408 and 413. Before all doors of
 * a port stands its {@link dev.understudy.api.http.BrowserGate}, which knows by {@link
 * dev.understudy.api.http.KnownHosts} what the port may be asked for by.
 *
 * <h2>What is always true</h2>
 *
 * <ul>
 *   <li>A request is answered once. Whatever is thrown on its behalf, an {@code Error} included, on
 *       any thread, becomes a 500 or, if an answer has begun, the end of the connection.
 *   <li>Every answer 503 with a code says {@code Retry-After: 1}; {@code HttpExchange.error} alone
 *       writes it.
 *   <li>What the log says of a request has an id that its answer has, too; {@link
 *       dev.understudy.api.http.RequestTracing} alone decides which answers have one.
 *   <li>Nothing blocks but a download, which has a thread of the server for itself.
 *   <li>An exchange is the only object that a request needs here, besides the reader of its body.
 * </ul>
 */
package dev.understudy.api.http;
