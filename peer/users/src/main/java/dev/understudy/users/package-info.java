/**
 * Users, roles, and what they may do with which keys: the model of etcd's v2 API.
 *
 * <p>Read {@link dev.understudy.users.Users}, the whole state at one moment and what becomes of it
 * by a {@link dev.understudy.users.UserChange}; then {@link dev.understudy.users.PathPermissions},
 * which holds the rules of patterns.
 *
 * <h2>What is always true</h2>
 *
 * <ul>
 *   <li>A change is judged where it is applied, so that two requests at once cannot both pass a
 *       check that only one of them should. In etcd each is several writes.
 *   <li>While users are asked for, there is a user {@code root}, and it has the role {@code root}
 *       whatever its record says. That role may do everything and cannot be changed.
 *   <li>There is a bound for everything ({@link dev.understudy.users.UserLimits}), and what all of
 *       it takes in memory is known: it counts in that of the keys.
 *   <li>Passwords come in hashed. Nothing here ever sees one.
 *   <li>No clock, no dice, no locks: equal changes make equal states on every peer.
 * </ul>
 *
 * <h2>Where we differ from etcd</h2>
 *
 * <ul>
 *   <li>What a guest asks for recursively needs a pattern that covers all of it, as for everybody;
 *       etcd looks at the key alone, so that whoever may read {@code /} may read everything.
 *   <li>Users and roles whose names begin with an underscore are listed like others.
 *   <li>Who has the role {@code operator} may look after the cluster, but not change users.
 * </ul>
 */
package dev.understudy.users;
