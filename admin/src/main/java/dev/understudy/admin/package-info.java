/** Placeholder. */
package dev.understudy.admin;
