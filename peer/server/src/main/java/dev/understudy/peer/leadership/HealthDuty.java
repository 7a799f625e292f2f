package dev.understudy.peer.leadership;

/** Watches since when each peer is healthy, every two seconds as Consul does. */
public final class HealthDuty implements Duty {
  private static final long INTERVAL_MILLIS = 2_000;

  private final Census census;

  public HealthDuty(Census census) {
    this.census = census;
  }

  @Override
  public String name() {
    return "health";
  }

  @Override
  public long intervalMillis() {
    return INTERVAL_MILLIS;
  }

  @Override
  public void start(long term, long nowMillis) {
    census.forget(nowMillis);
    census.note(nowMillis);
  }

  @Override
  public void pass(long nowMillis) {
    census.note(nowMillis);
  }

  @Override
  public void stop() {
    // The next start forgets what this term has noted; until then nobody is asked who leads.
  }
}
