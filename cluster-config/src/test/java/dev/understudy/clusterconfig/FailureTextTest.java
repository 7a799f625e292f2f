package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTextTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new IOException("broken pipe"), "broken pipe"),
        Arguments.of(new IOException(), "input or output has failed"),
        Arguments.of(new IOException(" "), "input or output has failed"),
        Arguments.of(new ClosedChannelException(), "the connection was closed"),
        Arguments.of(new EOFException(), "the connection was closed"),
        Arguments.of(new EOFException("an event was dropped"), "an event was dropped"),
        Arguments.of(
            new EOFException(
                "oejcti.HttpConnectionOverHTTP@1679da23::oeji.SocketChannelEndPoint@d9"),
            "the connection was closed"),
        Arguments.of(new TimeoutException(), "no answer in time"),
        Arguments.of(new ConnectException(), "connection refused"),
        Arguments.of(new UnresolvedAddressException(), "the address is not known here"),
        Arguments.of(new UnknownHostException("m9"), "unknown host m9"),
        Arguments.of(new CancellationException(), "given up"),
        Arguments.of(new InterruptedException(), "interrupted"),
        Arguments.of(new NoSuchFileException("/a/b"), "/a/b: there is no such file or directory"),
        Arguments.of(new AccessDeniedException("/a/b"), "/a/b: permission denied"),
        Arguments.of(new FileSystemException("/a/b"), "/a/b: cannot be used"),
        Arguments.of(
            new FileSystemException("/a", null, "Too many open files"), "/a: Too many open files"),
        Arguments.of(new CompletionException(new IOException("cut")), "cut"),
        Arguments.of(
            new ExecutionException(new CompletionException(new TimeoutException())),
            "no answer in time"),
        Arguments.of(new UncheckedIOException(new IOException("cut")), "cut"),
        Arguments.of(new RuntimeException("lost", new IOException("cut")), "lost"),
        Arguments.of(new NullPointerException(), "a bug in this program, without further words"),
        Arguments.of(new IOException("\u001b[2J\nINFO"), "{U+001B}[2J{U+000A}INFO"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void isWordsInOneLineWithoutTheNameOfAClass(Throwable failure, String words) {
    assertThat(FailureText.of(failure)).isEqualTo(words);
  }

  @Test
  void aFailureThatIsItsOwnCauseEndsToo() {
    IOException first = new IOException((String) null);
    RuntimeException second = new RuntimeException(null, first);
    first.initCause(second);
    assertThat(FailureText.of(first)).isNotBlank();
  }
}
