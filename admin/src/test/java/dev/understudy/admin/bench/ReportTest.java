package dev.understudy.admin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import dev.understudy.admin.cli.BenchOptions;
import dev.understudy.admin.cli.BenchOptions.Workload;
import dev.understudy.admin.cli.HostPort;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final long SECOND = 1_000_000_000;

  /** A run of two seconds with so many answers in each, all of which took that long. */
  private static BenchResult result(String label, int rate, int perSecond, long millis) {
    Recording recording = new Recording(0);
    for (int i = 0; i < 2 * perSecond; i++) {
      long due = i * (SECOND - millis * 1_000_000) / perSecond;
      recording.answered(due, due, due + millis * 1_000_000);
    }
    recording.end(2 * SECOND);
    BenchOptions options =
        new BenchOptions(
            Workload.PUT,
            label,
            List.of(new HostPort("127.0.0.1", 2379)),
            4,
            256,
            100,
            false,
            0,
            0,
            2,
            Long.MAX_VALUE,
            rate,
            false,
            Optional.empty());
    return BenchResult.of(options, recording);
  }

  @Test
  void theTableSaysHowMuchAndHowLong() {
    String table = TextReport.of(result("one", 0, 50, 7));
    assertThat(table)
        .contains("one: put at 127.0.0.1:2379", "closed loop", "100 answered in 2.0 s: 50.0/s")
        .contains("corrected for omitted requests", "7.0");
    assertThat(TextReport.of(result("one", 50, 50, 7)))
        .contains("open loop of 50/s", "from when it was due");
  }

  @Test
  void aResultIsTheSameBehindItsJson() {
    BenchResult result = result("a/b", 0, 50, 7);
    Gson gson = new Gson();
    assertThat(gson.fromJson(gson.toJson(result), BenchResult.class)).isEqualTo(result);
  }

  @Test
  void theReportNeedsNothingFromOutsideAndShowsWhatItIsGivenAsText() {
    BenchResult result = result("<script>alert(1)</script>", 0, 50, 7);
    String html = HtmlReport.of(List.of(result), List.of());
    assertThat(html)
        .contains("<svg", "prefers-color-scheme", "&lt;script&gt;")
        .doesNotContain("<script", "http:", "https:", "src=", "href=", "url(", "@import")
        .doesNotContain("NaN", "Infinity");
  }

  @Test
  void aReportOfNothingIsAPageAsWell() {
    BenchResult nothing = result("nothing", 0, 0, 7);
    assertThat(HtmlReport.of(List.of(nothing), List.of()))
        .contains("</html>")
        .doesNotContain("NaN");
  }

  @Test
  void roundsArePairedInTheirOrderAndTheFirstNameIsTheBase() {
    List<Comparison> comparisons =
        Comparison.of(
            List.of(
                result("put 64/etcd", 0, 100, 4),
                result("put 64/understudy", 0, 200, 2),
                result("put 64/etcd", 0, 200, 4),
                result("put 64/understudy", 0, 300, 8),
                result("put 64/etcd", 0, 100, 4),
                result("put 64/understudy", 0, 300, 4),
                result("get/etcd", 0, 100, 4),
                result("without a name", 0, 100, 4)));
    assertThat(comparisons).hasSize(1);
    Comparison put = comparisons.get(0);
    assertThat(put.line()).isEqualTo("put 64");
    assertThat(put.base()).isEqualTo("etcd");
    assertThat(put.rate()).containsExactly(2.0, 1.5, 3.0);
    assertThat(Comparison.withSpread(put.rate())).isEqualTo("2.00 (1.50–3.00)");
    assertThat(put.p50()).isEqualTo(put.p99());
    assertThat(Comparison.withSpread(put.p99())).isEqualTo("1.00 (0.50–2.00)");
    assertThat(Comparison.table(comparisons)).contains("understudy / etcd");
    assertThat(HtmlReport.of(List.of(), comparisons)).contains("2.00 (1.50–3.00)");
  }
}
