package dev.understudy.locks;

/**
 * Nobody may take a key for a while, since whoever held it may not know yet that he does not.
 *
 * @param untilMillis cluster time
 */
public record LockDelay(String key, long untilMillis) {}
