package dev.understudy.statemachine;

import dev.understudy.store.Version;

/**
 * The whole state at one moment. Immutable, so a snapshot can be written from it by another thread
 * while the driver goes on.
 *
 * @param version the key tree
 * @param registry the machines
 * @param clusterTimeMillis the newest cluster time applied, 0 before the first
 */
public record StateImage(Version version, Registry registry, long clusterTimeMillis) {}
