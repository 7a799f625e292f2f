package dev.understudy.admin.machine;

import dev.understudy.admin.http.ClusterAdmin;
import dev.understudy.admin.http.StandbyRegistry;
import dev.understudy.peer.PeerServer;

/**
 * What a machine in peer mode offers on its ports.
 *
 * @param server the running peer
 * @param admin what the admin API calls
 * @param standbys the standbys that have synced with this peer
 */
public record PeerServices(PeerServer server, ClusterAdmin admin, StandbyRegistry standbys) {}
