package dev.understudy.testkit.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.client.ClientException;
import dev.understudy.client.KeyEvent;
import dev.understudy.client.KeysClient;
import dev.understudy.client.Reading;
import dev.understudy.client.Watch;
import dev.understudy.client.WatchListener;
import dev.understudy.client.recipes.Barrier;
import dev.understudy.client.recipes.Election;
import dev.understudy.client.recipes.Held;
import dev.understudy.client.recipes.Lock;
import dev.understudy.client.recipes.ServiceRecord;
import dev.understudy.client.recipes.WorkQueue;
import dev.understudy.testkit.junit.Understudy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The client and its recipes while leaders are killed. */
@Understudy(machines = 4, activeSize = 3, removeDelay = 1_800)
class ClientOnClusterTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration TTL = Duration.ofSeconds(20);

  /** A third of it is waited for a renewal; all of it may not pass between two calls. */
  private static final Duration SHORT_TTL = Duration.ofSeconds(5);

  private static KeysClient client(Cluster cluster) {
    return KeysClient.to(cluster.clientUrls()).build();
  }

  private static void killLeader(Cluster cluster) throws InterruptedException {
    String leader = cluster.leader();
    cluster.kill(leader);
    cluster.awaitLeader();
    cluster.restart(leader);
  }

  @Test
  void aWatchTellsEveryChangeOnceWhileLeadersAreKilled(Cluster cluster) throws Exception {
    List<Long> indexes = new CopyOnWriteArrayList<>();
    List<String> values = new CopyOnWriteArrayList<>();
    KeysClient client = client(cluster);
    try (Watch watch =
        client.watchTree(
            "/watched",
            new WatchListener() {
              @Override
              public void changed(KeyEvent event) {
                indexes.add(event.index());
                values.add(event.node().value().orElse(""));
              }

              @Override
              public void missed(Reading now) {
                values.add("missed");
              }

              @Override
              public void began(Reading now) {
                values.add("began");
              }
            })) {
      await().atMost(SOON).until(() -> values.contains("began"));
      assertThat(watch).isNotNull();
      List<String> written = new ArrayList<>(List.of("began"));
      for (int i = 0; i < 30; i++) {
        if (i == 15) {
          killLeader(cluster);
        }
        written.add("v" + i);
        client.put("/watched/" + i, "v" + i);
      }
      await().atMost(SOON).until(() -> values.size() >= written.size());
      assertThat(values).containsExactlyElementsOf(written);
      assertThat(indexes).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void oneAtATimeHoldsALockWhileTheLeaderIsKilled(Cluster cluster) throws Exception {
    List<Long> tokens = new CopyOnWriteArrayList<>();
    ExecutorService workers = Executors.newFixedThreadPool(3);
    try {
      List<Future<Integer>> results = new ArrayList<>();
      int[] inside = {0};
      for (int worker = 0; worker < 3; worker++) {
        results.add(workers.submit(holder(client(cluster), tokens, inside)));
      }
      killLeader(cluster);
      for (Future<Integer> result : results) {
        assertThat(result.get()).as("seen inside at once").isEqualTo(1);
      }
    } finally {
      workers.shutdownNow();
    }
    assertThat(tokens).hasSize(15).isSorted().doesNotHaveDuplicates();
  }

  private static Callable<Integer> holder(KeysClient client, List<Long> tokens, int[] inside) {
    return () -> {
      int most = 0;
      Lock lock = new Lock(client, "/locks/one", TTL);
      for (int turn = 0; turn < 5; turn++) {
        try (Held held = lock.tryAcquire(SOON).orElseThrow()) {
          synchronized (inside) {
            most = Math.max(most, ++inside[0]);
          }
          tokens.add(held.fencingToken());
          assertThat(held.isHeld()).isTrue();
          synchronized (inside) {
            inside[0]--;
          }
        }
      }
      return most;
    };
  }

  @Test
  void aHolderNoticesThatItHasLostItsKey(Cluster cluster) throws Exception {
    KeysClient client = client(cluster);
    Lock lock = new Lock(client, "/locks/taken-away", SHORT_TTL);
    try (Held held = lock.tryAcquire(SOON).orElseThrow()) {
      client.delete("/locks/taken-away");
      await().atMost(SOON).until(() -> held.lost().isDone());
      assertThat(held.isHeld()).isFalse();
    }
  }

  @Test
  void aLeaderOfAnElectionIsFollowedByTheNext(Cluster cluster) throws Exception {
    KeysClient client = client(cluster);
    Election election = new Election(client, "/election", TTL);
    List<Optional<String>> seen = new CopyOnWriteArrayList<>();
    try (Watch watch = election.observe(seen::add)) {
      await().atMost(SOON).until(() -> seen.contains(Optional.<String>empty()));
      Held first = election.campaign("a", SOON).orElseThrow();
      assertThat(election.leader()).contains("a");
      assertThat(election.campaign("b", Duration.ofMillis(50))).isEmpty();
      first.close();
      try (Held second = election.campaign("b", SOON).orElseThrow()) {
        assertThat(second.fencingToken()).isGreaterThan(first.fencingToken());
        await().atMost(SOON).until(() -> seen.contains(Optional.of("b")));
      }
      assertThat(watch).isNotNull();
      assertThat(seen).startsWith(Optional.empty(), Optional.of("a"), Optional.empty());
    }
  }

  @Test
  void aQueueGivesEachItemToOneAndABarrierHoldsThemUp(Cluster cluster) throws Exception {
    KeysClient client = client(cluster);
    WorkQueue queue = new WorkQueue(client, "/queue");
    Barrier barrier = new Barrier(client, "/barrier");
    barrier.raise();
    assertThat(barrier.await(Duration.ofMillis(20))).isFalse();
    ExecutorService takers = Executors.newFixedThreadPool(2);
    try {
      List<Future<List<String>>> results = new ArrayList<>();
      for (int taker = 0; taker < 2; taker++) {
        results.add(takers.submit(() -> takeAll(client, barrier)));
      }
      List<String> items = IntStream.range(0, 10).mapToObj(i -> "item " + i).toList();
      for (String item : items) {
        queue.put(item);
      }
      barrier.lift();
      List<String> taken = new ArrayList<>();
      for (Future<List<String>> result : results) {
        taken.addAll(result.get());
      }
      assertThat(taken).containsExactlyInAnyOrderElementsOf(items);
      assertThat(queue.abandoned()).isEmpty();
    } finally {
      takers.shutdownNow();
    }
  }

  private static List<String> takeAll(KeysClient client, Barrier barrier)
      throws ClientException, InterruptedException {
    assertThat(barrier.await(SOON)).isTrue();
    WorkQueue queue = new WorkQueue(client, "/queue");
    List<String> taken = new ArrayList<>();
    Optional<String> next = queue.take(Duration.ZERO);
    while (next.isPresent()) {
      taken.add(next.get());
      next = queue.take(Duration.ZERO);
    }
    return taken;
  }

  @Test
  void aServiceIsThereUntilItEndsAndComesBackWhenItsRecordIsLost(Cluster cluster) throws Exception {
    KeysClient client = client(cluster);
    try (ServiceRecord record =
        ServiceRecord.announce(client, "/services/web/1", "10.0.0.1:80", SHORT_TTL)) {
      assertThat(record).isNotNull();
      assertThat(client.list("/services/web")).hasSize(1);
      client.delete("/services/web/1");
      await().atMost(SOON).until(() -> client.list("/services/web").size() == 1);
    }
    assertThat(client.list("/services/web")).isEmpty();
  }
}
