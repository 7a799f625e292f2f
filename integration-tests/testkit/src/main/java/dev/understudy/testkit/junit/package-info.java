/**
 * Clusters for tests with JUnit 5.13 or newer: {@link dev.understudy.testkit.junit.Understudy}
 * starts one, and a parameter of the type {@link dev.understudy.testkit.local.Cluster} is it.
 */
package dev.understudy.testkit.junit;
