package dev.understudy.clusterconfig;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A host of the network in its one spelling: names in lower case, IPv4 as four decimal numbers,
 * IPv6 as RFC 5952 writes it, without brackets. No name is resolved.
 *
 * <p>Names are those of RFC 1123, which are also those that {@link java.net.URI} can hold: with any
 * other (an underscore, say) no connection could be made from here. What only a C library takes for
 * an address ({@code 127.1}, {@code 0x7f000001}) is refused, because it would be a second spelling.
 *
 * @param text the spelling
 */
public record Host(String text) {
  private static final int MAX_LENGTH = 253;

  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-f:.]{2,45}");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]|[a-z0-9][a-z0-9-]{0,61}[a-z0-9]");
  private static final Pattern NUMBER = Pattern.compile("\\d+|0x[0-9a-f]*");

  /**
   * Reads a host.
   *
   * @param text a name or an address, one of IPv6 without its brackets
   * @throws IllegalArgumentException when it is none; the message says why, in words for a user
   */
  public static Host parse(String text) {
    String host = text.toLowerCase(Locale.ROOT);
    if (host.isEmpty() || host.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("a host has 1 to " + MAX_LENGTH + " characters");
    }
    if (host.contains(":")) {
      return new Host(written(ipv6(host)));
    }
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return IPV4.matcher(name).matches() ? ipv4(name) : named(name);
  }

  private static Host ipv4(String text) {
    for (String part : text.split("\\.")) {
      if (part.length() > 1 && part.startsWith("0") || Integer.parseInt(part) > 255) {
        throw new IllegalArgumentException(text + " is no IPv4 address");
      }
    }
    return new Host(text);
  }

  private static InetAddress ipv6(String text) {
    try {
      if (IPV6.matcher(text).matches()) {
        return InetAddress.getByName("[" + text + "]"); // in brackets, so that no name is looked up
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text + " is no IPv6 address", e);
    }
    throw new IllegalArgumentException(text + " is no IPv6 address (zones are not supported)");
  }

  private static Host named(String name) {
    String[] labels = name.split("\\.", -1);
    for (String label : labels) {
      if (!LABEL.matcher(label).matches()) {
        throw new IllegalArgumentException(
            "host names consist of letters, digits and hyphens, with dots between labels"
                + (name.contains("_")
                    ? "; one with an underscore cannot be connected to: give another name or an"
                        + " IP address"
                    : ""));
      }
    }
    String last = labels[labels.length - 1];
    boolean beginsWithDigit = Character.isDigit(last.charAt(0));
    if (NUMBER.matcher(last).matches() || labels.length > 1 && beginsWithDigit) {
      throw new IllegalArgumentException(
          "neither an address of four numbers nor a name: the last label of a name begins with a"
              + " letter");
    }
    return new Host(name);
  }

  private static String written(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 4) {
      return address.getHostAddress(); // ::ffff:10.0.0.1 is reached as 10.0.0.1
    }
    int[] groups = new int[8];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Arrays.setAll(groups, i -> buffer.getShort() & 0xffff);
    int start = longestZeros(groups);
    int end = start < 0 ? -1 : start + zerosAt(groups, start);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < groups.length; i++) {
      if (i == start) {
        text.append("::");
        i = end - 1;
      } else {
        text.append(i == 0 || i == end ? "" : ":").append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }

  /** Where the first of the longest runs of two or more zeros begins; -1 for none. */
  private static int longestZeros(int[] groups) {
    int best = -1;
    int longest = 1;
    for (int i = 0; i < groups.length; i++) {
      int length = zerosAt(groups, i);
      if (length > longest) {
        best = i;
        longest = length;
      }
    }
    return best;
  }

  private static int zerosAt(int[] groups, int start) {
    int end = start;
    while (end < groups.length && groups[end] == 0) {
      end++;
    }
    return end - start;
  }

  /** Whether it is the address of every interface, on which one listens but which leads nowhere. */
  public boolean isWildcard() {
    return text.equals("0.0.0.0") || text.equals("::");
  }

  /** Whether it is an address of the host itself, or the name for one. */
  public boolean isLoopback() {
    return text.equals("localhost")
        || text.equals("::1")
        || text.startsWith("127.") && IPV4.matcher(text).matches();
  }

  /** As it is written in a URL. */
  String inUrl() {
    return text.contains(":") ? "[" + text + "]" : text;
  }

  @Override
  public String toString() {
    return text;
  }
}
