package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.fuzz.Fuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileFuzzTest {
  @TempDir Path directory;

  @Test
  void aFileOfOptionsIsReadOrRefused() throws IOException {
    Path file = directory.resolve("m.toml");
    EtcdOptions etcd = new EtcdOptions(remark -> {});
    new Fuzz(ConfigFileFuzzTest.class, "config", UsageException.class)
        .seed(
            "name = \"a\"\naddr = \"10.0.0.1:4001\"\npeers = [\"10.0.0.2:7001\", \"b:1\"]\n"
                + "verbose = true\n[cluster]\nactive_size = 9\nremove_delay = 1800.0\n",
            "a.b.c = {d = [1, 2, [3]], e = 1979-05-27T07:32:00Z}\n[[x]]\ny = '''z'''\n")
        .bytesForAByte(40_000) // of the library, which remembers what it has tried
        .words("[[", "]]", "= {a = ", "'''", "a.b.c.d.e.f.g.h.", "# ")
        .run(
            input -> {
              Files.write(file, input);
              ConfigFile.read(file, etcd);
            });
  }
}
