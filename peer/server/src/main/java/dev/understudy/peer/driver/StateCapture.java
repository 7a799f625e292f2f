package dev.understudy.peer.driver;

import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.StateImage;

/**
 * The whole state at one moment, and the entry that it is of.
 *
 * @param metadata the last entry applied, and the membership as of it
 * @param image the state, immutable
 */
public record StateCapture(SnapshotMetadata metadata, StateImage image) {}
