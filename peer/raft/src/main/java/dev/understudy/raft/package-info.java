/** Placeholder. */
package dev.understudy.raft;
