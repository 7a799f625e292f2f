package dev.understudy.admin.tools;

import dev.understudy.admin.cli.CliCommand;
import dev.understudy.clusterconfig.TerminalText;
import dev.understudy.wal.DirectoryLockedException;
import dev.understudy.wal.FileFailure;
import dev.understudy.wal.WalCorruptedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** Runs one tool. Blocks until it is done. */
public final class Tools {
  private static final int FAILED = 1;

  private final PrintStream out;
  private final PrintStream err;
  private final BooleanSupplier terminal;
  private final InputStream in;

  /**
   * @param out where results go
   * @param err where the line goes that says why there are none, and progress
   * @param terminal whether somebody looks at {@code err} while it is written; asked by what takes
   *     long enough to show progress
   */
  public Tools(PrintStream out, PrintStream err, BooleanSupplier terminal) {
    this(out, err, terminal, InputStream.nullInputStream());
  }

  /**
   * The same for tools that ask before they change something.
   *
   * @param in where the answer comes from
   */
  public Tools(PrintStream out, PrintStream err, BooleanSupplier terminal, InputStream in) {
    this.in = Objects.requireNonNull(in);
    this.out = Objects.requireNonNull(out);
    this.err = Objects.requireNonNull(err);
    this.terminal = Objects.requireNonNull(terminal);
  }

  /** Runs it; the exit code is 0, or 1 after one line of why. */
  public int run(CliCommand.Tool tool) {
    try {
      return begin(tool);
    } catch (WalCorruptedException e) {
      refuse("damaged: " + e.getMessage());
    } catch (DirectoryLockedException e) {
      refuse(e.getMessage() + "; stop the machine first");
    } catch (IOException e) {
      refuse(reason(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      refuse("interrupted");
    }
    return FAILED;
  }

  private void refuse(String why) {
    err.println("understudy: " + TerminalText.of(why));
  }

  private int begin(CliCommand.Tool tool) throws IOException, InterruptedException {
    if (tool instanceof CliCommand.VerifyWal verify) {
      return new WalTool(out).verify(verify.directory()) ? 0 : FAILED;
    }
    if (tool instanceof CliCommand.DumpWal dump) {
      new WalTool(out).dump(dump);
    } else if (tool instanceof CliCommand.SaveSnapshot save) {
      ProgressBar progress = new ProgressBar(err, terminal.getAsBoolean(), System::nanoTime);
      new SnapshotSave(out, progress).run(save);
    } else if (tool instanceof CliCommand.SaveStopped save) {
      ProgressBar progress = new ProgressBar(err, terminal.getAsBoolean(), System::nanoTime);
      new SnapshotSave(out, progress).run(save.dataDirectory(), save.file());
    } else if (tool instanceof CliCommand.SnapshotStatus status) {
      BackupFile.read(status.file()).print(out);
    } else if (tool instanceof CliCommand.MakeCertificates make) {
      makeCertificates(make);
    } else if (tool instanceof CliCommand.RestoreSnapshot restore) {
      new SnapshotRestore(out).run(restore);
    } else if (tool instanceof CliCommand.Recover recover) {
      return new Recovery(out, in).run(recover) ? 0 : FAILED;
    }
    return 0;
  }

  private void makeCertificates(CliCommand.MakeCertificates make) throws IOException {
    TestCertificates files = new TestCertificates(make.directory());
    files.make(make.names(), make.hosts(), make.days(), System.currentTimeMillis());
    String name = make.names().isEmpty() ? TestCertificates.CLIENT : make.names().get(0);
    out.println(
        "for a machine:  --cert-file %1$s --key-file %2$s --ca-file %3$s --peer-cert-file %1$s"
            .formatted(files.certificate(name), files.key(name), files.ca()));
    out.println(
        "                --peer-key-file %s --peer-ca-file %s"
            .formatted(files.key(name), files.ca()));
    out.println(
        "for a command:  --ca-file %s --cert-file %s --key-file %s"
            .formatted(
                files.ca(),
                files.certificate(TestCertificates.CLIENT),
                files.key(TestCertificates.CLIENT)));
  }

  /** What is not there is not to be made by a tool, and what is there not to be written over. */
  private static String reason(IOException e) {
    String file = e instanceof FileSystemException f ? f.getFile() : null;
    if (e instanceof NoSuchFileException) {
      return file + ": there is no such file or directory";
    }
    return e instanceof FileAlreadyExistsException
        ? file + ": exists already"
        : FileFailure.reason(e);
  }
}
