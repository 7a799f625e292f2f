package dev.understudy.admin;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import com.google.gson.stream.JsonWriter;
import dev.understudy.clusterconfig.TerminalText;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * A line of the log as an object of JSON: {@code time}, {@code level}, {@code part} of the program,
 * {@code thread} and {@code message} as in {@link LogLine}, which says the same to people; what the
 * message is made of, where the place that logs it gives names to that; and {@code trace} for a
 * bug.
 */
final class JsonLine extends LayoutBase<ILoggingEvent> {
  private final OneLineMessage message = new OneLineMessage();
  private final SafeTrace trace = new SafeTrace();

  @Override
  public void start() {
    message.setContext(getContext());
    message.start();
    trace.setContext(getContext());
    trace.start();
    super.start();
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringWriter line = new StringWriter(256);
    try (JsonWriter json = new JsonWriter(line)) {
      write(event, json);
    } catch (IOException e) {
      // A string does not fail to be written to.
      throw new UncheckedIOException(e);
    }
    return line.append(System.lineSeparator()).toString();
  }

  private void write(ILoggingEvent event, JsonWriter json) throws IOException {
    json.beginObject();
    json.name("time").value(LogLine.TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
    json.name("level").value(event.getLevel().toString());
    json.name("part").value(LogLine.partOf(event.getLoggerName()));
    json.name("thread").value(event.getThreadName());
    json.name("message").value(message.convert(event));
    List<KeyValuePair> named = event.getKeyValuePairs();
    for (KeyValuePair pair : named == null ? List.<KeyValuePair>of() : named) {
      json.name(pair.key);
      if (pair.value instanceof Number number) {
        json.value(number);
      } else {
        json.value(TerminalText.of(String.valueOf(pair.value)));
      }
    }
    if (event.getThrowableProxy() != null) {
      json.name("trace").value(trace.convert(event));
    }
    json.endObject();
  }
}
