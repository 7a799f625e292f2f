/**
 * Who sends a request, and whether they may do what it asks for.
 *
 * <p>Read {@link dev.understudy.api.access.Guard} first: every door asks it who sends a request,
 * every handler whether that is permitted. What users there are, it asks of an {@link
 * dev.understudy.api.access.AccessBackend}.
 *
 * <h2>What is always true</h2>
 *
 * <ul>
 *   <li>While auth is off, a request costs one volatile read more than without all this.
 *   <li>A password is hashed on a thread of its own, never on one that reads requests or applies
 *       commands. What is waiting there is bounded, in all and of one address, and so are failed
 *       attempts of one address; a place is taken before a password is tried.
 *   <li>A password that was right is remembered as a salted digest that covers the user's stored
 *       hash: whoever gets another password, or is made anew, has to prove it anew.
 *   <li>Rights are looked up for each request, never remembered. What is under way, a watch or a
 *       blocking query, goes on when a right is taken away, as in etcd.
 *   <li>No password and no hash is ever logged or answered.
 * </ul>
 */
package dev.understudy.api.access;
