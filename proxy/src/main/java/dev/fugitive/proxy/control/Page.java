package dev.fugitive.proxy.control;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.proxy.http.SelfResponder.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import okio.ByteString;

/**
 * The dashboard: one page and its few files, as they are in the program's own jar. They hold
 * nothing of the node; the page asks the control API for that.
 */
final class Page {
  /** Where the files are, for browsers. */
  static final String PREFIX = "/dashboard/";

  private static final String INDEX = "index.html";

  /** What of the page may come from where: nothing from anywhere but this proxy, nothing inline. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private static final String[] FILES = {
    INDEX,
    "dashboard.css",
    "icon.svg",
    "main.js",
    "api.js",
    "dom.js",
    "format.js",
    "flow.js",
    "mesh.js",
    "evidence.js",
    "requests.js",
    "peers.js",
    "contents.js",
    "limits.js"
  };

  private final Map<String, Answer> files = new HashMap<>();

  Page() {
    for (String name : FILES) {
      String ending = name.substring(name.lastIndexOf('.') + 1);
      Fields fields =
          Fields.of(
              "Content-Type",
              MEDIA_TYPES.getOrDefault(ending, "application/octet-stream"),
              "Content-Security-Policy",
              POLICY);
      files.put(name, new Answer(200, fields, read(name)));
    }
  }

  private static ByteString read(String name) {
    try (InputStream in = Page.class.getResourceAsStream("page/" + name)) {
      if (in == null) {
        throw new IllegalStateException("page/" + name + ": not in the program (expected: there)");
      }
      return ByteString.of(in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The page itself. */
  Answer index() {
    return file(INDEX).orElseThrow();
  }

  /** One of its files. */
  Optional<Answer> file(String name) {
    return Optional.ofNullable(files.get(name));
  }
}
