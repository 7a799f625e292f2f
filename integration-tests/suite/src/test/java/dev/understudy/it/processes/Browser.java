package dev.understudy.it.processes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Debian's Chromium without a window, driven by its {@code chromedriver} (packages {@code chromium}
 * and {@code chromium-driver}). It speaks WebDriver, W3C's protocol: a few requests in JSON, for
 * which a library would bring some thirty jars into the build.
 */
final class Browser implements AutoCloseable {
  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Process driver;
  private final String base;
  private String session = "";

  private Browser(Process driver, int port) {
    this.driver = driver;
    this.base = "http://127.0.0.1:" + port;
  }

  /**
   * Starts one; where there is none the test is skipped, or fails where nothing may be missing.
   *
   * @param directory for its profile and what it prints
   */
  static Browser start(Path directory) throws IOException {
    Path program = Tool.require("chromedriver", "Debian: chromium-driver").path();
    Tool.require("chromium", "Debian: chromium");
    int port = Ports.free();
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "--port=" + port)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("chromedriver.out").toFile());
    builder.environment().put("HOME", directory.toString()); // where crash reports and caches go
    Browser browser = new Browser(builder.start(), port);
    try {
      Deadlines.await("chromedriver is ready").ignoreExceptions().until(browser::isReady);
      browser.open(directory.resolve("profile"));
      return browser;
    } catch (IOException | RuntimeException e) {
      browser.close();
      throw e;
    }
  }

  private boolean isReady() throws IOException {
    return ask("GET", "/status", null).getAsJsonObject().get("ready").getAsBoolean();
  }

  private void open(Path profile) throws IOException {
    JsonArray arguments = new JsonArray();
    // As root Chromium has no sandbox; /dev/shm may be small where this runs.
    List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-extensions",
            "--disable-background-networking",
            "--no-first-run",
            "--user-data-dir=" + profile)
        .forEach(arguments::add);
    JsonObject chrome = new JsonObject();
    chrome.add("args", arguments);
    JsonObject wanted = new JsonObject();
    wanted.addProperty("browserName", "chrome");
    wanted.addProperty("acceptInsecureCerts", true); // of an authority that was made for a test
    wanted.add("goog:chromeOptions", chrome);
    wanted.add("goog:loggingPrefs", object("browser", "ALL"));
    JsonObject match = new JsonObject();
    match.add("alwaysMatch", wanted);
    JsonObject request = new JsonObject();
    request.add("capabilities", match);
    String id = ask("POST", "/session", request).getAsJsonObject().get("sessionId").getAsString();
    session = "/session/" + id;
  }

  private static JsonObject object(String name, String value) {
    JsonObject object = new JsonObject();
    object.addProperty(name, value);
    return object;
  }

  private JsonElement ask(String method, String path, JsonObject body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + session + path))
            .timeout(ANSWER)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body.toString()));
    try {
      HttpResponse<String> answer =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      JsonElement value = JsonParser.parseString(answer.body()).getAsJsonObject().get("value");
      if (answer.statusCode() != 200) {
        throw new IOException(method + ' ' + path + ": " + value);
      }
      return value;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Goes to a page and waits until it is loaded. */
  void visit(String url) throws IOException {
    ask("POST", "/url", object("url", "about:blank")); // another fragment alone loads nothing
    ask("POST", "/url", object("url", url));
  }

  /** Runs a script in the page; what it returns as text, "null" for nothing. */
  String run(String script) throws IOException {
    JsonObject request = object("script", script);
    request.add("args", new JsonArray());
    JsonElement value = ask("POST", "/execute/sync", request);
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }

  /** The text of the page's elements that a selector finds, as a person sees it. */
  String text(String selector) throws IOException {
    return run(
        "return [...document.querySelectorAll("
            + quoted(selector)
            + ")].map((node) => node.innerText).join('\\n')");
  }

  int count(String selector) throws IOException {
    return Integer.parseInt(
        run("return document.querySelectorAll(" + quoted(selector) + ").length"));
  }

  private static String quoted(String text) {
    return new com.google.gson.JsonPrimitive(text).toString();
  }

  /** Clicks as a person does: only what can be seen and is not covered. */
  void click(String selector) throws IOException {
    ask("POST", "/element/" + find(selector) + "/click", new JsonObject());
  }

  /** Types into a field in place of what is there. */
  void type(String selector, String text) throws IOException {
    String element = find(selector);
    ask("POST", "/element/" + element + "/clear", new JsonObject());
    ask("POST", "/element/" + element + "/value", object("text", text));
  }

  /** Presses keys where the focus is. */
  void press(String keys) throws IOException {
    JsonElement active = ask("GET", "/element/active", null);
    String element = active.getAsJsonObject().get(ELEMENT).getAsString();
    ask("POST", "/element/" + element + "/value", object("text", keys));
  }

  private String find(String selector) throws IOException {
    JsonObject request = object("using", "css selector");
    request.addProperty("value", selector);
    return ask("POST", "/element", request).getAsJsonObject().get(ELEMENT).getAsString();
  }

  private JsonObject devTools(String command, JsonObject parameters) throws IOException {
    JsonObject request = object("cmd", command);
    request.add("params", parameters);
    return ask("POST", "/goog/cdp/execute", request).getAsJsonObject();
  }

  /** Makes the page so wide; a window of Chromium's has at least 500 pixels. */
  void width(int pixels) throws IOException {
    JsonObject size = new JsonObject();
    size.addProperty("width", pixels);
    size.addProperty("height", 900);
    size.addProperty("deviceScaleFactor", 1);
    size.addProperty("mobile", false);
    devTools("Emulation.setDeviceMetricsOverride", size);
  }

  /** Whether the system asks for dark colours. */
  void dark(boolean dark) throws IOException {
    JsonObject feature = object("name", "prefers-color-scheme");
    feature.addProperty("value", dark ? "dark" : "light");
    JsonArray features = new JsonArray();
    features.add(feature);
    JsonObject media = new JsonObject();
    media.add("features", features);
    devTools("Emulation.setEmulatedMedia", media);
  }

  /** Writes a picture of the whole page. */
  void picture(Path file) throws IOException {
    JsonObject whole = new JsonObject();
    whole.addProperty("captureBeyondViewport", true);
    JsonObject clip = new JsonObject();
    clip.addProperty("x", 0);
    clip.addProperty("y", 0);
    clip.addProperty("width", Integer.parseInt(run("return innerWidth")));
    clip.addProperty(
        "height", Integer.parseInt(run("return document.documentElement.scrollHeight")));
    clip.addProperty("scale", 1);
    whole.add("clip", clip);
    String data = devTools("Page.captureScreenshot", whole).get("data").getAsString();
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(data));
  }

  /**
   * What the browser has complained of since it was asked last, but for requests that were refused
   * or not answered: those are the page's to explain.
   */
  List<String> complaints() throws IOException {
    return StreamSupport.stream(
            ask("POST", "/se/log", object("type", "browser")).getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .filter(entry -> !entry.get("source").getAsString().equals("network"))
        .map(entry -> entry.get("level").getAsString() + ' ' + entry.get("message").getAsString())
        .toList();
  }

  @Override
  public void close() {
    try {
      if (!session.isEmpty() && driver.isAlive()) {
        ask("DELETE", "", null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      driver.descendants().forEach(ProcessHandle::destroyForcibly);
      driver.destroyForcibly();
    }
  }
}
