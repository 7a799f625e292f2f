/** The consensus core: pure, driven by ticks and messages. */
package dev.understudy.raft;
