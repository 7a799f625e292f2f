/**
 * The page at {@code /dashboard} on every client port: the machines and their seats, rates and
 * latencies, the key space, sessions, and the config.
 *
 * <p>Read {@link dev.understudy.api.dashboard.DashboardPage} first: the page itself, some twenty
 * files beside these classes' resources. {@code index.html} is its skeleton, {@code main.js} says
 * what is asked for when, and each view has a module of its own. They are plain modules of
 * JavaScript without any library, so nothing has to be built, and a browser runs what is written
 * there. {@link dev.understudy.api.dashboard.DashboardData} answers what no other API tells in one
 * piece; for the rest the page asks {@code /v2/keys}, {@code /v2/stats/store} and {@code /metrics}.
 *
 * <h2>What is always true</h2>
 *
 * <ul>
 *   <li>The page is for everybody and shows nothing: who may see or change what is asked with each
 *       request for data, as for every other client.
 *   <li>It asks only the machine that it came from. A standby that redirects its clients asks the
 *       leader for it instead, since no browser lets a page follow to another machine: that is what
 *       {@link dev.understudy.api.http.proxy.LeaderProxy#RELAY_HEADER} asks for.
 *   <li>Nothing runs in it but its own files (Content-Security-Policy), and what comes from the
 *       cluster is put in as text, never as markup.
 *   <li>A page that nobody sees asks for nothing; nobody keeps anything for it. What the timeline
 *       shows the page has seen itself, or the leader knew.
 * </ul>
 */
package dev.understudy.api.dashboard;
