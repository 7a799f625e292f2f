package dev.understudy.raft;

import java.util.List;
import java.util.function.LongPredicate;

/** A member of a Raft group, without the world. Single caller. */
public final class RaftCore {
  public RaftCore(long id, RaftConfig config, RaftLog log, Jitter jitter, RaftEvents events) {
    this(id, config, log, 0, jitter, events, member -> false);
  }

  public RaftCore(
      long id,
      RaftConfig config,
      RaftLog log,
      long applied,
      Jitter jitter,
      RaftEvents events,
      LongPredicate removed) {
    throw new UnsupportedOperationException();
  }

  public void tick() {
    throw new UnsupportedOperationException();
  }

  public void tickQuiesced() {
    throw new UnsupportedOperationException();
  }

  public StepResult step(Message message) {
    throw new UnsupportedOperationException();
  }

  public ProposeResult propose(byte[]... commands) {
    throw new UnsupportedOperationException();
  }

  public ProposeResult propose(List<Payload> payloads) {
    throw new UnsupportedOperationException();
  }

  public ProposeResult proposeConfChange(ConfChange change) {
    throw new UnsupportedOperationException();
  }

  public ConfState applyConfChange(ConfChange change) {
    throw new UnsupportedOperationException();
  }

  public void campaign() {
    throw new UnsupportedOperationException();
  }

  public boolean readIndex(long context) {
    throw new UnsupportedOperationException();
  }

  public void transferLeader(long target) {
    throw new UnsupportedOperationException();
  }

  public void forgetLeader() {
    throw new UnsupportedOperationException();
  }

  public void reportUnreachable(long member) {
    throw new UnsupportedOperationException();
  }

  public void reportSnapshot(long member, boolean sent) {
    throw new UnsupportedOperationException();
  }

  public boolean hasReady() {
    throw new UnsupportedOperationException();
  }

  public Ready ready() {
    throw new UnsupportedOperationException();
  }

  public void advance(Ready ready) {
    throw new UnsupportedOperationException();
  }

  public void persisted(Ready ready) {
    throw new UnsupportedOperationException();
  }

  public void applied(Ready ready) {
    throw new UnsupportedOperationException();
  }

  public long id() {
    throw new UnsupportedOperationException();
  }

  public Role role() {
    throw new UnsupportedOperationException();
  }

  public long term() {
    throw new UnsupportedOperationException();
  }

  public long leader() {
    throw new UnsupportedOperationException();
  }

  public long commitIndex() {
    throw new UnsupportedOperationException();
  }

  public long appliedIndex() {
    throw new UnsupportedOperationException();
  }

  public long lastIndex() {
    throw new UnsupportedOperationException();
  }

  public ConfState confState() {
    throw new UnsupportedOperationException();
  }

  public Status status() {
    throw new UnsupportedOperationException();
  }
}
