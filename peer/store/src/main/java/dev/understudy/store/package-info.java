/** Placeholder. */
package dev.understudy.store;
