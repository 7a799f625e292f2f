/** Placeholder. */
package dev.understudy.wal;
