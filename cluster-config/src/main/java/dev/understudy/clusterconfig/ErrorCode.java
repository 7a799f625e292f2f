package dev.understudy.clusterconfig;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every error that a client can be answered: its number, its usual HTTP status and its message.
 *
 * <p>Numbers and messages are those of etcd's {@code error/error.go} (0.4 to 3.4), letter by
 * letter, because clients compare them. Two statuses are ours: an election under way (301) and a
 * standby that knows no leader (402) are 503, so that a client or a load balancer sees that the
 * request may simply be sent again; etcd answers them 500 and 400. An outcome that is not known
 * stays 500 under {@link #RAFT_INTERNAL}.
 */
public enum ErrorCode {
  KEY_NOT_FOUND(100, 404, "Key not found"),
  COMPARE_FAILED(101, 412, "Compare failed"),
  NOT_A_FILE(102, 403, "Not a file"),
  /** No seat is free. */
  NO_MORE_PEERS(103, 400, "Reached the max number of peers in the cluster"),
  NOT_A_DIRECTORY(104, 400, "Not a directory"),
  KEY_EXISTS(105, 412, "Key already exists"),
  KEY_IS_PRESERVED(106, 400, "The prefix of given key is a keyword in etcd"),
  ROOT_IS_READ_ONLY(107, 400, "Root is read only"),
  DIRECTORY_NOT_EMPTY(108, 403, "Directory not empty"),
  /** Another name has this peer URL. */
  PEER_ADDRESS_TAKEN(109, 400, "Peer address has existed"),
  UNAUTHORIZED(110, 401, "The request requires user authentication"),

  VALUE_REQUIRED(200, 400, "Value is Required in POST form"),
  PREV_VALUE_REQUIRED(201, 400, "PrevValue is Required in POST form"),
  TTL_NOT_A_NUMBER(202, 400, "The given TTL in POST form is not a number"),
  INDEX_NOT_A_NUMBER(203, 400, "The given index in POST form is not a number"),
  VALUE_OR_TTL_REQUIRED(204, 400, "Value or TTL is required in POST form"),
  TIMEOUT_NOT_A_NUMBER(205, 400, "The given timeout in POST form is not a number"),
  NAME_REQUIRED(206, 400, "Name is required in POST form"),
  INDEX_OR_VALUE_REQUIRED(207, 400, "Index or value is required"),
  INDEX_AND_VALUE_EXCLUSIVE(208, 400, "Index and value cannot both be specified"),
  INVALID_FIELD(209, 400, "Invalid field"),
  INVALID_FORM(210, 400, "Invalid POST form"),
  VALUE_ON_REFRESH(211, 400, "Value provided on refresh"),
  TTL_REQUIRED_ON_REFRESH(212, 400, "A TTL must be provided on refresh"),

  /** Also for a write whose outcome is not known; the cause then says so. */
  RAFT_INTERNAL(300, 500, "Raft Internal Error"),
  /** Certainly not done: no leader, or no room in the queue. Answered with {@code Retry-After}. */
  LEADER_ELECTION(301, 503, "During Leader Election"),

  WATCHER_CLEARED(400, 400, "watcher is cleared due to etcd recovery"),
  EVENT_INDEX_CLEARED(401, 400, "The event in requested index is outdated and cleared"),
  /** A standby that knows no leader to send the client to. */
  STANDBY_INTERNAL(402, 503, "Standby Internal Error"),
  INVALID_ACTIVE_SIZE(403, 400, "Invalid active size"),
  INVALID_REMOVE_DELAY(404, 400, "Standby remove delay"),
  /**
   * Ours, in the words of etcd 3: the keys take as much memory as they may. Not a 5xx, for which
   * clients would try the next machine; to delete helps.
   */
  SPACE_EXCEEDED(405, 403, "database space exceeded"),
  /** Ours: what is to be removed is the last seat, or the only vote. */
  SEAT_NEEDED(406, 400, "The cluster needs this seat"),

  CLIENT_INTERNAL(500, 400, "Client Internal Error");

  private static final Map<Integer, ErrorCode> BY_NUMBER =
      Stream.of(values()).collect(Collectors.toUnmodifiableMap(e -> e.number, Function.identity()));

  private final int number;
  private final int httpStatus;
  private final String message;

  ErrorCode(int number, int httpStatus, String message) {
    this.number = number;
    this.httpStatus = httpStatus;
    this.message = message;
  }

  /** The number under {@code errorCode} in the answer's body. */
  public int number() {
    return number;
  }

  /** The status of the answer, where nothing more particular was decided. */
  public int httpStatus() {
    return httpStatus;
  }

  /** The fixed sentence under {@code message} in the answer's body. */
  public String message() {
    return message;
  }

  /** The error of this number; empty for a number that this version does not know. */
  public static Optional<ErrorCode> ofNumber(int number) {
    return Optional.ofNullable(BY_NUMBER.get(number));
  }
}
