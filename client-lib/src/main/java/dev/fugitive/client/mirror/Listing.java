package dev.fugitive.client.mirror;

import dev.fugitive.client.manifest.ManifestCodec;
import dev.fugitive.client.manifest.SiteManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** Reads what a list or a manifest names; pure. */
public final class Listing {
  /** The longest text that is read. */
  public static final int MAX_BYTES = 8 * 1024 * 1024;

  /** The most URLs that are kept; what a text names beyond is left out. */
  public static final int MAX_URLS = MirrorCore.MAX_URLS;

  /** The most parts of a manifest that are looked for. */
  static final int MAX_PARTS = 4096;

  private static final int MAX_LINE_SHOWN = 80;

  /** What no URL has (RFC 3986): such a text is a page, or prose. */
  private static final Pattern NO_URL = Pattern.compile("[<>\\s]");

  private Listing() {}

  /**
   * The URLs that a text names.
   *
   * @param base where the text is; what it names may be relative to it
   * @throws IOException where it is not such a text; the message says why
   */
  public static List<String> read(MirrorSource.Kind kind, String base, ByteString text)
      throws IOException {
    HttpUrl url = HttpUrl.parse(base);
    if (url == null) {
      throw new IOException("URL: " + base + " (expected: http or https)");
    }
    return switch (kind) {
      case CONTENT -> List.of();
      case LIST -> lines(url, text);
      case MANIFEST -> files(url, text);
    };
  }

  private static List<String> lines(HttpUrl base, ByteString text) throws IOException {
    Set<String> urls = new LinkedHashSet<>();
    for (String line : text.utf8().lines().map(String::strip).toList()) {
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String url = NO_URL.matcher(line).find() ? null : resolve(base, line);
      if (url == null) {
        throw new IOException(
            "line: "
                + line.substring(0, Math.min(line.length(), MAX_LINE_SHOWN))
                + " (expected: a URL of "
                + base.host()
                + ", where the list is)");
      }
      urls.add(url);
      if (urls.size() > MirrorCore.MAX_URLS) {
        break;
      }
    }
    return List.copyOf(urls);
  }

  /**
   * Where the parts of a manifest may lie; one that no file is in is not there.
   *
   * @return at most {@value #MAX_PARTS}; none where the document itself has all files
   * @throws IOException where the text is no manifest; the message says why
   */
  public static List<String> parts(String base, ByteString manifest) throws IOException {
    HttpUrl url = HttpUrl.parse(base);
    if (url == null) {
      throw new IOException("URL: " + base + " (expected: http or https)");
    }
    SiteManifest whole = ManifestCodec.read(new ByteArrayInputStream(manifest.toByteArray()));
    List<String> parts = new ArrayList<>();
    for (String path : whole.parts().limit(MAX_PARTS).toList()) {
      String part = resolve(url, path);
      if (part != null) {
        parts.add(part);
      }
    }
    return List.copyOf(parts);
  }

  /** The files that a manifest, or a part of one, has itself. */
  private static List<String> files(HttpUrl base, ByteString text) throws IOException {
    SiteManifest manifest = ManifestCodec.read(new ByteArrayInputStream(text.toByteArray()));
    List<String> urls = new ArrayList<>();
    for (String path : manifest.files().keySet().stream().sorted().toList()) {
      String url = resolve(base, path);
      if (url != null) {
        urls.add(url);
      }
    }
    return urls;
  }

  /**
   * Null for what is not kept. A list speaks for its own origin alone: whoever writes it could
   * otherwise send this node to hosts that only its user can reach.
   */
  private static @Nullable String resolve(HttpUrl base, String text) {
    HttpUrl url = base.resolve(text);
    if (url == null
        || !isSameOrigin(base, url)
        || url.toString().length() > MirrorSource.MAX_URL_LENGTH) {
      return null;
    }
    try {
      return MirrorSource.normal(url.toString());
    } catch (IllegalArgumentException notKept) {
      return null;
    }
  }

  private static boolean isSameOrigin(HttpUrl one, HttpUrl other) {
    return one.scheme().equals(other.scheme())
        && one.host().equals(other.host())
        && one.port() == other.port();
  }
}
