/**
 * What the machines of a cluster agree on, and how they request it from each other.
 *
 * <p><b>Read first</b> {@link dev.understudy.clusterconfig.ClusterConfig} (how many seats, how long
 * a silent peer keeps one, how often standbys sync) and {@link
 * dev.understudy.clusterconfig.MachineRecord} (who has a seat). Both live in the replicated key
 * space under {@code /_etcd}, where every peer reads the same. Then {@link
 * dev.understudy.clusterconfig.JoinRequest}, with which a machine requests a seat, and {@link
 * dev.understudy.clusterconfig.ClusterClient}, with which standbys, starting machines and
 * operators' tools send all of these requests to a peer port.
 *
 * <p><b>Always true here.</b> Records are immutable and hold only what is valid; reading JSON names
 * what is wrong and never guesses. What a user or a peer can cause is a value ({@link
 * dev.understudy.clusterconfig.ClusterResponse}, {@link dev.understudy.clusterconfig.ApiError}) or
 * an {@link dev.understudy.clusterconfig.ApiException} on its way to becoming an answer. Fields
 * that are not known are skipped, so that a newer machine may say more than an older one
 * understands.
 *
 * <p><b>How machines call each other.</b> Every client is made by {@link
 * dev.understudy.clusterconfig.HttpClientFactory}, with certificates ({@link
 * dev.understudy.clusterconfig.tls}) and a proof of who calls ({@link
 * dev.understudy.clusterconfig.secret}) where a machine has been given them.
 *
 * <p><b>Threads.</b> Only {@link dev.understudy.clusterconfig.HttpClusterClient} has any, between
 * its start and its close. No request to a peer waits beyond its deadline.
 *
 * <p><b>Where this differs from etcd 0.4.</b> A join says what the machine has on disk ({@link
 * dev.understudy.clusterconfig.LocalData}), so that one that lost its disk does not come back as
 * the voter it was. A value of the wrong type in a change of the config is refused with an error;
 * 0.4 skipped it silently. A standby names itself when it syncs ({@link
 * dev.understudy.clusterconfig.StandbyNotice}), so that the leader can offer it a seat ({@link
 * dev.understudy.clusterconfig.SeatOffer}); 0.4's leader knew none of its standbys. Two errors have
 * another HTTP status, see {@link dev.understudy.clusterconfig.ErrorCode}.
 */
package dev.understudy.clusterconfig;
