package dev.understudy.raft;

/** The environment of one script file. */
interface Script {
  /** Runs a case and returns what it prints. */
  String run(ScriptCase script);
}
