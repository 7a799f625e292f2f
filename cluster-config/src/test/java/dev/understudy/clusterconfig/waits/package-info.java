/** How the tests of all modules wait for what happens on other threads. */
package dev.understudy.clusterconfig.waits;
