package dev.understudy.admin.machine;

import java.util.OptionalInt;

/**
 * What a port holds at most, and for how long.
 *
 * @param connections at once
 * @param perAddress of one address at once; empty: no limit of its own
 * @param replacesIdle whether an idle connection gives way to a new one beyond
 * @param headMillis from the first byte of a request to the end of its headers
 * @param idleMillis how long a connection may stand still that is no stream
 */
record PortBounds(
    int connections,
    OptionalInt perAddress,
    boolean replacesIdle,
    long headMillis,
    long idleMillis) {}
