/** Placeholder. */
package dev.understudy.clusterconfig;
