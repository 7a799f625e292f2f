package dev.understudy.it.processes;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Messages between peers as somebody would write them who has read their description: of every
 * kind, with fields that are right, wrong, missing, or there twice. A seed gives the same course.
 *
 * <p>In a member's name some are left out, which nobody could tell from the member's own as long as
 * peers share no secret: votes granted, commit indexes and acknowledgements that could be true,
 * entries where the log is written now, and commands that a client could give outside {@code
 * /forged}.
 *
 * <p>Where members' names are used at all, elections come one after the other, and while no leader
 * is heard a stranger is believed to be one; so there the same is left out in strangers' names.
 */
final class ForgedMessages {
  /** What is not left out even so. */
  static final String DIRECTORY = "/forged";

  private static final long[] NUMBERS = {
    0,
    1,
    2,
    3,
    127,
    128,
    1000,
    1L << 31,
    1L << 32,
    1L << 40,
    1L << 62,
    Long.MAX_VALUE - 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -2,
    -1
  };
  private static final String[] PATHS = {
    "/forged/a",
    "/forged/b",
    "/forged",
    "/forged//x",
    "/forged/../_etcd/config",
    "/forged/\0",
    "",
    "no",
    "/_etcd",
    "/_etcd/config",
    "/_etcd/machines/m2",
    "/forged/" + "p".repeat(9_000),
    "/forged" + "/f".repeat(5_000)
  };
  private static final String[] CONFIGS = {
    "", "{", "null", "{\"activeSize\":1}", "{\"activeSize\":100000}", "{\"x\":1}", "[".repeat(5_000)
  };
  private static final String[] URLS = {
    "",
    "http://x y",
    "http://0.0.0.0:1",
    "http://a:99999",
    "//",
    "http://u:p@h:1",
    "x".repeat(9_000)
  };

  /** Where the log of the cluster ends by now, about. */
  record Place(long term, long index) {}

  private final SplittableRandom random;
  private final List<Long> members;
  private final boolean inMembersNames;
  private final Map<String, Integer> counts = new TreeMap<>();

  ForgedMessages(SplittableRandom random, List<Long> members, boolean inMembersNames) {
    this.inMembersNames = inMembersNames;
    this.random = random;
    this.members = List.copyOf(members);
  }

  /** How many messages of which kind were made. */
  Map<String, Integer> counts() {
    return counts;
  }

  /**
   * One frame, usually of one message.
   *
   * @param sender whose stream it is for
   * @param receiver who will read it
   */
  byte[] frame(long sender, long receiver, Place place) {
    Fields frame = new Fields();
    for (int i = random.nextInt(4) == 0 ? 5 : 1; i > 0; i--) {
      frame.bytes(1, message(sender, receiver, place));
    }
    byte[] bytes = frame.toBytes();
    return random.nextInt(12) == 0 ? damaged(bytes) : bytes;
  }

  /** Only its head and its end: in the middle a changed bit makes another sound message. */
  private byte[] damaged(byte[] frame) {
    switch (random.nextInt(3)) {
      case 0 -> {
        frame[0] ^= (byte) (1 << random.nextInt(8));
        return frame;
      }
      case 1 -> {
        return java.util.Arrays.copyOf(frame, random.nextInt(frame.length));
      }
      default -> {
        byte[] longer = java.util.Arrays.copyOf(frame, frame.length + 3);
        longer[frame.length] = -1;
        return longer;
      }
    }
  }

  private Fields message(long streamsMember, long receiver, Place place) {
    long from = random.nextInt(10) < 7 ? streamsMember : anyId(receiver);
    boolean inAMembersName = members.contains(from) || members.contains(streamsMember);
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    counts.merge(kind.name(), 1, Integer::sum);
    return new Fields()
        .fixed(1, from)
        .fixed(2, random.nextInt(20) == 0 ? anyId(receiver) : receiver)
        .number(3, term(place, inAMembersName))
        .bytes(kind.field, body(kind, place, inMembersNames || inAMembersName));
  }

  /** A member that has a higher term may have an election; were all to, no write would be left. */
  private long term(Place place, boolean inAMembersName) {
    int chance = random.nextInt(100);
    if (chance < 60) {
      return place.term();
    }
    if (!inAMembersName || chance < 65) {
      return near(place.term());
    }
    return chance < 80 ? random.nextInt(2) : NUMBERS[11 + random.nextInt(5)];
  }

  private enum Kind {
    APPEND(4),
    APPEND_RESPONSE(5),
    VOTE_REQUEST(6),
    PRE_VOTE_REQUEST(7),
    VOTE_RESPONSE(8),
    PRE_VOTE_RESPONSE(9),
    HEARTBEAT(10),
    HEARTBEAT_RESPONSE(11),
    INSTALL_SNAPSHOT(12),
    PROPOSE(13),
    PROPOSE_AGAIN(13),
    READ_INDEX_REQUEST(14),
    READ_INDEX_RESPONSE(15),
    TRANSFER_LEADER(16),
    TIMEOUT_NOW(17),
    REJECTED_PROPOSALS(18),
    UNKNOWN(33);

    private final int field;

    Kind(int field) {
      this.field = field;
    }
  }

  /**
   * @param member whether what only members could say truthfully is left out
   */
  private Fields body(Kind kind, Place place, boolean member) {
    Fields body = new Fields();
    switch (kind) {
      case APPEND -> append(body, place, member);
      case APPEND_RESPONSE -> {
        boolean rejected = random.nextBoolean();
        body.number(1, rejected ? near(place.index()) : unlessPlausible(place, member));
        body.number(2, rejected ? 1 : 0);
        body.number(3, near(place.index())).number(4, near(place.term()));
      }
      case VOTE_REQUEST, PRE_VOTE_REQUEST ->
          body.number(1, near(place.term()))
              .number(2, near(place.index()))
              .number(3, random.nextInt(2));
      case VOTE_RESPONSE, PRE_VOTE_RESPONSE -> body.number(1, member ? 0 : random.nextInt(2));
      case HEARTBEAT -> body.number(1, unlessPlausible(place, member)).fixed(2, near(1));
      case HEARTBEAT_RESPONSE, READ_INDEX_REQUEST -> body.fixed(1, near(1));
      case INSTALL_SNAPSHOT ->
          body.bytes(1, new Fields().number(1, near(place.term())).number(2, near(place.index())))
              .bytes(2, blob());
      case PROPOSE, PROPOSE_AGAIN -> {
        for (int i = random.nextInt(4); i > 0; i--) {
          body.bytes(1, entry(0, random.nextInt(9) == 0 ? near(1) : i));
        }
      }
      case READ_INDEX_RESPONSE -> body.number(1, near(place.index())).fixed(2, near(1));
      case REJECTED_PROPOSALS ->
          body.number(1, random.nextInt(9)).fixed(2, near(1)).fixed(3, near(1));
      case UNKNOWN -> body.bytes(1, blob());
      default -> {}
    }
    // Without the field that rejects, it would be an acknowledgement that could be true.
    return member && kind == Kind.APPEND_RESPONSE ? body : body.mutated(random);
  }

  private void append(Fields body, Place place, boolean member) {
    long previous = near(place.index());
    body.number(1, near(place.term())).number(2, previous);
    for (int i = random.nextInt(4); i > 0 && !(member && isPlausible(previous, place)); i--) {
      body.bytes(3, entry(near(place.term()), previous + i));
    }
    // A leader's commit counts as far as the entry before, however large it is.
    body.number(4, member ? 0 : near(place.index()));
  }

  private Fields entry(long term, long index) {
    Fields entry = new Fields().number(1, term).number(2, index);
    return random.nextInt(5) == 0 ? entry.bytes(4, change()) : entry.bytes(3, command());
  }

  private Fields change() {
    Fields change = new Fields().number(1, random.nextInt(4));
    for (int i = random.nextInt(4); i > 0; i--) {
      change.bytes(2, new Fields().number(1, random.nextInt(5)).fixed(2, anyId(0)));
    }
    return change.bytes(3, blob());
  }

  private Fields command() {
    Fields command = new Fields().fixed(1, 0xdead0001L).fixed(2, random.nextLong());
    switch (random.nextInt(6)) {
      case 0, 1 ->
          command.bytes(
              3,
              new Fields()
                  .number(1, random.nextInt(7))
                  .text(2, any(PATHS))
                  .text(3, random.nextInt(9) == 0 ? "y".repeat(100_000) : "x")
                  .number(5, near(1)));
      case 2 ->
          command.bytes(
              4, new Fields().text(1, any(PATHS)).number(2, 1).number(3, random.nextInt(2)));
      case 3 -> command.bytes(5, new Fields()).fixed(15, near(1));
      case 4 -> command.bytes(6, new Fields().text(1, any(CONFIGS)));
      default ->
          command.bytes(
              7,
              new Fields()
                  .text(1, "m" + random.nextInt(5))
                  .fixed(2, near(1))
                  .fixed(3, anyId(0))
                  .text(4, any(URLS))
                  .text(5, any(URLS)));
    }
    return command;
  }

  private String any(String[] some) {
    return some[random.nextInt(some.length)];
  }

  private Fields blob() {
    byte[] bytes = new byte[random.nextInt(60)];
    random.nextBytes(bytes);
    return new Fields().raw(bytes);
  }

  private long near(long right) {
    int chance = random.nextInt(10);
    if (chance < 5) {
      return right + random.nextInt(-2, 11);
    }
    return chance < 9 ? NUMBERS[random.nextInt(NUMBERS.length)] : random.nextLong();
  }

  private long unlessPlausible(Place place, boolean member) {
    long index = near(place.index());
    return member && isPlausible(index, place) ? 1L << 40 : index;
  }

  private static boolean isPlausible(long index, Place place) {
    return index > place.index() - 100_000 && index < place.index() + 100_000;
  }

  private long anyId(long receiver) {
    int chance = random.nextInt(members.size() + 3);
    if (chance < members.size()) {
      return members.get(chance);
    }
    return chance == members.size() ? 0xdeadL : random.nextBoolean() ? receiver : near(0);
  }

  /** A message of Protocol Buffers that is being written. */
  static final class Fields {
    private record Field(int number, int wireType, byte[] content) {}

    private final List<Field> fields = new ArrayList<>();

    Fields number(int number, long value) {
      fields.add(new Field(number, 0, varint(value)));
      return this;
    }

    Fields fixed(int number, long value) {
      byte[] content = new byte[8];
      for (int i = 0; i < 8; i++) {
        content[i] = (byte) (value >>> 8 * i);
      }
      fields.add(new Field(number, 1, content));
      return this;
    }

    Fields text(int number, String text) {
      return bytes(number, new Fields().raw(text.getBytes(StandardCharsets.UTF_8)));
    }

    Fields bytes(int number, Fields inner) {
      fields.add(new Field(number, 2, inner.toBytes()));
      return this;
    }

    /** In the place of fields. */
    Fields raw(byte[] bytes) {
      fields.add(new Field(0, -1, bytes));
      return this;
    }

    /** Sometimes one field is missing, or there twice, or has another type. */
    Fields mutated(SplittableRandom random) {
      if (fields.isEmpty() || random.nextInt(8) != 0) {
        return this;
      }
      int at = random.nextInt(fields.size());
      Field field = fields.get(at);
      switch (random.nextInt(3)) {
        case 0 -> fields.remove(at);
        case 1 -> fields.add(field);
        default -> fields.add(at, new Field(field.number(), 5, new byte[] {1, 2, 3, 4}));
      }
      return this;
    }

    byte[] toBytes() {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (Field field : fields) {
        if (field.wireType() >= 0) {
          out.writeBytes(varint((long) field.number() << 3 | field.wireType()));
        }
        if (field.wireType() == 2) {
          out.writeBytes(varint(field.content().length));
        }
        out.writeBytes(field.content());
      }
      return out.toByteArray();
    }

    private static byte[] varint(long value) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        out.write((int) (rest & 0x7F | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
      return out.toByteArray();
    }
  }
}
