package dev.understudy.admin.imports;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.io.input.BoundedInputStream;

/**
 * The fields of a protobuf message in a file, by their places: for messages that no array holds.
 * For one thread.
 */
final class MessageFile {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private static final int VARINT_BITS = 64;
  private static final String NO_MESSAGE = "no message of protobuf";
  private static final int BUFFER_BYTES = 1 << 16;

  private final FileChannel channel;

  MessageFile(FileChannel channel) {
    this.channel = channel;
  }

  /** A part of the file. */
  record Span(long from, long length) {
    static final Span NONE = new Span(0, 0);

    long to() {
      return from + length;
    }
  }

  /** The fields of a message by their numbers: of one that comes twice the last. */
  static final class Message {
    private final Map<Integer, Long> numbers = new HashMap<>();
    private final Map<Integer, Span> bytes = new HashMap<>();

    /** The value of a field; 0 where there is none. */
    long number(int field) {
      return numbers.getOrDefault(field, 0L);
    }

    /** Where the bytes of a field are; {@link Span#NONE} where there is none. */
    Span bytes(int field) {
      return bytes.getOrDefault(field, Span.NONE);
    }
  }

  /** All of the file. */
  Span whole() throws IOException {
    return new Span(0, channel.size());
  }

  /**
   * Reads the numbers of a message, and of what has a length only where it is.
   *
   * @throws IOException if it is no message, or its fields go beyond its end
   */
  Message message(Span place) throws IOException {
    Message message = new Message();
    Cursor at = new Cursor(place);
    while (at.hasMore()) {
      long tag = at.varint();
      int field = (int) (tag >>> 3);
      if (field == 0) {
        throw new IOException(NO_MESSAGE);
      }
      switch ((int) (tag & 7)) {
        case VARINT -> message.numbers.put(field, at.varint());
        case FIXED64 -> at.skip(Long.BYTES);
        case FIXED32 -> at.skip(Integer.BYTES);
        case LENGTH_DELIMITED -> message.bytes.put(field, at.delimited());
        default -> throw new IOException(NO_MESSAGE);
      }
    }
    return message;
  }

  /** The bytes of a part, in a buffer; whoever reads them need not close it. */
  InputStream open(Span part) throws IOException {
    channel.position(part.from());
    InputStream rest = Channels.newInputStream(channel);
    return new BufferedInputStream(
        BoundedInputStream.builder().setInputStream(rest).setMaxCount(part.length()).get(),
        BUFFER_BYTES);
  }

  /** Where in a message it is read: a few bytes at a time, since most are passed over. */
  private final class Cursor {
    private final ByteBuffer one = ByteBuffer.allocate(1);
    private final long end;
    private long position;

    Cursor(Span message) {
      this.position = message.from();
      this.end = message.to();
    }

    boolean hasMore() {
      return position < end;
    }

    void skip(long bytes) throws IOException {
      if (bytes < 0 || bytes > end - position) {
        throw new EOFException("it ends within a field");
      }
      position += bytes;
    }

    Span delimited() throws IOException {
      long length = varint();
      Span bytes = new Span(position, length);
      skip(length);
      return bytes;
    }

    long varint() throws IOException {
      long value = 0;
      for (int shift = 0; shift < VARINT_BITS; shift += 7) {
        one.clear();
        if (!hasMore() || channel.read(one, position) != 1) {
          throw new EOFException("it ends within a number");
        }
        position++;
        value |= (long) (one.get(0) & 0x7f) << shift;
        if (one.get(0) >= 0) {
          return value;
        }
      }
      throw new IOException(NO_MESSAGE);
    }
  }
}
