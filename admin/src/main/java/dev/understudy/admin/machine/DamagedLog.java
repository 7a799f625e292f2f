package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.standby.StandbyInfo;
import dev.understudy.wal.WalCorruptedException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a machine whose log or snapshot is damaged behind the tail. It never votes with
 * such a log, and never drops it: while its cluster has a leader, which gives seats only with a
 * majority behind it, the machine asks that one for a place as another member, as if its disk were
 * lost. Once it has the answer, the damaged directory is set aside under another name and the
 * machine begins anew. Without such a leader it does not start, and nothing is changed.
 *
 * <p>For the mode loop only.
 */
final class DamagedLog {
  private static final Logger LOG = LoggerFactory.getLogger(DamagedLog.class);

  private final MachineRecord self;
  private final MachineContext context;
  private final ClusterFinder finder;

  DamagedLog(MachineRecord self, MachineContext context, ClusterFinder finder) {
    this.self = self;
    this.context = context;
    this.finder = finder;
  }

  /**
   * What the machine begins as instead.
   *
   * @param saved whom it knew
   * @return fails with {@link StartRefusedException}, which names place and way out, if nobody can
   *     give it another place
   */
  CompletableFuture<StartupMode> replaced(
      Optional<StandbyInfo> saved, WalCorruptedException damage) {
    LOG.error(
        "{}: {}: {}; asks its cluster for a place as a new member",
        self.name(),
        context.peerDirectory(),
        damage.getMessage());
    return finder
        .findInPlaceOfLog(saved)
        .handle((mode, failure) -> failure == null ? setAside(mode) : refused(damage, failure));
  }

  private StartupMode setAside(StartupMode mode) {
    try {
      String place = context.setPeerDirectoryAside();
      LOG.warn(
          "{}: the damaged data lie in {} now; delete them once nobody needs them",
          self.name(),
          place);
      return mode;
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private StartupMode refused(WalCorruptedException damage, Throwable failure) {
    Throwable why = failure instanceof CompletionException ? failure.getCause() : failure;
    throw new CompletionException(
        new StartRefusedException(
            context.peerDirectory()
                + ": "
                + damage.getMessage()
                + "; nothing was changed, as no cluster could take this machine in as a new"
                + " member: "
                + why.getMessage()
                + ". Start it again, with --peers, once a majority of the others is there. If it"
                + " was the only one, restore a backup (snapshot restore)",
            damage));
  }
}
