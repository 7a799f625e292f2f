package dev.understudy.clusterconfig;

import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * Closes what a client was just connecting when it was stopped: Jetty forgets of it, and each would
 * be a descriptor that stays open for as long as the process lives. For any thread.
 */
final class PendingConnects implements ClientConnector.ConnectListener, LifeCycle.Listener {
  private final Set<SocketChannel> pending = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  @Override
  public void onConnectBegin(SocketChannel channel, SocketAddress address) {
    pending.add(channel);
    if (stopped) {
      closeAll();
    }
  }

  @Override
  public void onConnectSuccess(SocketChannel channel) {
    pending.remove(channel);
  }

  @Override
  public void onConnectFailure(SocketChannel channel, SocketAddress address, Throwable failure) {
    pending.remove(channel);
  }

  @Override
  public void lifeCycleStarting(LifeCycle connector) {
    stopped = false;
  }

  @Override
  public void lifeCycleStopped(LifeCycle connector) {
    stopped = true;
    closeAll();
  }

  /** How many are neither connected nor have failed. */
  int count() {
    return pending.size();
  }

  private void closeAll() {
    for (SocketChannel channel : pending) {
      pending.remove(channel);
      IO.close(channel);
    }
  }
}
