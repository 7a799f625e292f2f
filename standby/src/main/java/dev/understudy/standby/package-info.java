/** Placeholder. */
package dev.understudy.standby;
