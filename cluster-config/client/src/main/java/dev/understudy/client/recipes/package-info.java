/**
 * What clusters are kept for, over {@link dev.understudy.client.KeysClient}: {@link
 * dev.understudy.client.recipes.Lock}, {@link dev.understudy.client.recipes.Election}, {@link
 * dev.understudy.client.recipes.Barrier}, {@link dev.understudy.client.recipes.WorkQueue} and
 * {@link dev.understudy.client.recipes.ServiceRecord}.
 *
 * <p>What somebody holds is a key with a time to live and a value that is nobody else's, so that it
 * can always be found out whose it is. It is renewed three times in its life. The holder counts its
 * time from before the request that began it, the cluster from behind it: the holder stops
 * believing before the cluster does.
 *
 * <p>That helps as long as the holder looks. Between its look and what it does then, its process
 * may stand still for as long as you like; what must not be done by two gives its fencing token to
 * what it acts upon, which refuses lower ones than it has seen.
 */
package dev.understudy.client.recipes;
