package dev.understudy.raft;

import java.util.Map;

/**
 * A picture of a core.
 *
 * @param id this member
 * @param role what it is
 * @param leader the known leader; 0 for none
 * @param hardState term, vote and commit index
 * @param applied the highest index acknowledged as applied
 * @param last the last entry of the log, durable or not
 * @param confState the membership as of the last applied change
 * @param transferTarget to whom leadership is being handed over; 0 for nobody
 * @param progress on a leader what it knows about each member, itself included, in ascending order
 *     of ids; empty elsewhere
 */
public record Status(
    long id,
    Role role,
    long leader,
    HardState hardState,
    long applied,
    EntryId last,
    ConfState confState,
    long transferTarget,
    Map<Long, PeerProgress> progress) {}
