/**
 * Whole clusters in one thread of virtual time, driven by one seed, through the same assembly that
 * serves users.
 */
package dev.understudy.testkit;
