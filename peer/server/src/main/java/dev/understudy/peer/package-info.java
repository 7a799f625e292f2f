/** Placeholder. */
package dev.understudy.peer;
