package dev.understudy.locks;

/**
 * When something of a table was deleted last; the index of a read that finds less than before must
 * not be lower than before.
 *
 * @param table its name
 */
public record Deletions(String table, long lastIndex) {}
