package dev.understudy.admin.imports;

/**
 * A change at the source.
 *
 * @param index at which it happened
 */
record SourceEvent(long index, Change change) {}
