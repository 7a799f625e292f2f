package dev.understudy.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the compiler refuses. */
class TypesTest {
  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  @Test
  void whatIsMeantCompiles() {
    assertThat(errors("rows.get(People.BY_ID, 1).get().name()")).isEmpty();
    assertThat(errors("rows.prefix(People.BY_NAME, \"a\").size()")).isEmpty();
    assertThat(errors("Read.all(People.PEOPLE, People.BY_TOWN, \"x\")")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'rows.get(People.BY_ID, \"1\")', inference variable K has incompatible bounds",
    "'rows.all(People.BY_TOWN, 1)', inference variable K has incompatible bounds",
    "'rows.get(People.BY_TOWN, \"x\")', 'Group<Person,String> cannot be converted to Unique'",
    "'rows.prefix(People.BY_ID, 1)', 'Unique<Person,Integer> cannot be converted to Prefixed'",
    "'others.get(People.BY_ID, 1)', 'cannot be converted to Unique<String,K>'",
    "'Read.one(People.PEOPLE, People.BY_ID, 1L)', inference variable K has incompatible bounds",
    "'tables.begin().put(People.PEOPLE, \"ann\")', inference variable R has incompatible bounds",
    "'Index.unique(\"rows\", (Rows<String> r) -> r)', inference variable K has incompatible bounds",
  })
  void anIndexAskedWithAWrongTypeDoesNotCompile(String expression, String error) {
    assertThat(errors(expression)).as(expression).isNotEmpty();
    assertThat(errors(expression).get(0)).as(expression).contains(error);
  }

  private static List<String> errors(String expression) {
    String source =
        "package dev.understudy.tables; class Asks {"
            + " Object ask(Tables tables, Rows<People.Person> rows, Rows<String> others) {"
            + " return "
            + expression
            + "; } }";
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    JavaCompiler.CompilationTask task =
        COMPILER.getTask(
            null,
            null,
            found,
            List.of("-proc:none", "-implicit:none", "-XDshould-stop.ifNoError=FLOW"),
            null,
            List.of(new Source(source)));
    task.setLocale(Locale.ROOT);
    task.call();
    return found.getDiagnostics().stream()
        .map(
            each ->
                each.getMessage(Locale.ROOT)
                    .replaceAll("dev\\.understudy\\.tables\\.(People\\.)?|java\\.lang\\.", ""))
        .toList();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(URI.create("string:///dev/understudy/tables/Asks.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
