package dev.understudy.admin.machine;

import dev.understudy.admin.http.AnnouncedStandbys;
import dev.understudy.admin.http.AskBack;
import dev.understudy.admin.http.MachineJoining;
import dev.understudy.admin.http.MachineRemoval;
import dev.understudy.admin.http.StandbyRegistry;
import dev.understudy.peer.ClusterAdmin;
import dev.understudy.peer.PeerServer;

/**
 * What a machine in peer mode offers on its ports.
 *
 * @param server the running peer
 * @param removal removes machines, this one too
 * @param joining gives seats to machines that are where they say
 * @param standbys the standbys that have synced with this peer
 */
public record PeerServices(
    PeerServer server, MachineRemoval removal, MachineJoining joining, StandbyRegistry standbys) {
  /** Whoever has not heard by then syncs before long. */
  private static final long CALL_TIMEOUT_MILLIS = 1_000;

  /** Those of a peer that is about to answer. */
  static PeerServices of(PeerServer peer, MachineContext context) {
    ClusterAdmin admin = peer.admin();
    AskBack askBack = new AskBack(context.clusterClient()::identify);
    StandbyRegistry standbys =
        new StandbyRegistry(
            context::monotonicMillis,
            askBack,
            admin::lossAgeMillis,
            admin::takenOut,
            admin::seatPreference);
    admin.standbys(
        new AnnouncedStandbys(
            standbys,
            admin,
            peerUrl ->
                context
                    .clusterClient()
                    .callToSync(peerUrl, CALL_TIMEOUT_MILLIS)
                    .thenApply(answer -> answer.granted().isPresent())));
    return new PeerServices(
        peer,
        new MachineRemoval(admin, context.clusterClient()),
        new MachineJoining(admin, askBack),
        standbys);
  }

  /** What the admin API calls. */
  public ClusterAdmin admin() {
    return server.admin();
  }
}
