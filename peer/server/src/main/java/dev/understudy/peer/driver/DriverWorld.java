package dev.understudy.peer.driver;

import dev.understudy.clusterconfig.Lineage;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.raft.RaftCore;
import dev.understudy.statemachine.ClientCommands;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.transport.Transport;
import dev.understudy.wal.Wal;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What a driver works with. All of it is used by this driver alone while it lives.
 *
 * @param core with asynchronous storage, heard by the events
 * @param raftEvents what happens in the core
 * @param log what the core reads; the driver adds what has become durable
 * @param machine holding the state as of the core's applied index
 * @param wal started by its owner
 * @param snapshots saves and fetches snapshots
 * @param network started by its owner, with this driver as receiver
 * @param statistics counts what goes between peers
 * @param clusterClock the cluster's time
 * @param clockMillis monotonic time in milliseconds
 * @param wallMillis milliseconds since the epoch, for what clients are shown
 * @param permitted what other members may forward
 * @param lineage the starts of this peer's directory
 * @param answers where futures are completed and events reported; must keep the order of tasks
 * @param heapLow whether the process is short of memory
 * @param observer whether this peer begins without a seat, as an observer of its leader
 */
public record DriverWorld(
    RaftCore core,
    RaftEventLog raftEvents,
    MemoryStorage log,
    StateMachine machine,
    Wal wal,
    Snapshotter snapshots,
    Transport network,
    ReplicationStatistics statistics,
    ClusterClock clusterClock,
    LongSupplier clockMillis,
    LongSupplier wallMillis,
    ClientCommands permitted,
    Lineage lineage,
    Executor answers,
    BooleanSupplier heapLow,
    boolean observer) {}
