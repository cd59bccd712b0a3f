package dev.fugitive.client.documents;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.Integrity;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import okhttp3.HttpUrl;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.jsoup.parser.StreamParser;

/**
 * A web page: Subresource Integrity of its scripts and style sheets, and of the modules of its
 * import map.
 *
 * <p>The page speaks for itself: what it loads runs with its authority, and the browser holds it to
 * the same digest. A page whose policy (CSP) guards it against injected markup counts only where
 * the policy vouches for the element, see {@link ContentPolicy}. What is only offered for download,
 * or shown without its origin's authority ({@code sandbox}), is no page of its origin.
 */
final class HtmlIntegrity implements DocumentReader {
  private static final Set<String> LOADING = Set.of("stylesheet", "modulepreload", "preload");

  @Override
  public EvidenceSource source() {
    return EvidenceSource.SRI;
  }

  @Override
  public Hearing hearing() {
    return Hearing.OWN_PAGES;
  }

  @Override
  public boolean countsInPart() {
    return true;
  }

  @Override
  public boolean reads(Document document) {
    boolean download =
        document.head().fields().all("Content-Disposition").stream()
            .anyMatch(value -> value.strip().toLowerCase(Locale.ROOT).startsWith("attachment"));
    return document.mediaType().equals("text/html")
        && !download
        && !ContentPolicy.of(document.head().fields().all("Content-Security-Policy")).sandboxes();
  }

  /** What a page loads may come from anywhere; a secure page loads nothing that is not. */
  @Override
  public boolean maySpeakFor(HttpUrl document, HttpUrl resource) {
    return resource.isHttps() || !document.isHttps();
  }

  @Override
  public void read(Document document, InputStream content, Names names) throws IOException {
    ContentPolicy policy =
        ContentPolicy.of(document.head().fields().all("Content-Security-Policy"));
    try (StreamParser parser = new StreamParser(Parser.htmlParser())) {
      parser.parse(new InputStreamReader(content, document.charset()), document.url().toString());
      Iterator<Element> elements = parser.iterator();
      while (elements.hasNext()) {
        Element element = elements.next();
        policy = policy.and(element);
        take(element, policy, names);
        if (element.childrenSize() == 0 && element.parent() != null && isBulk(element)) {
          element.remove();
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Elements without meaning here, which are forgotten so that a long page takes no memory. */
  private static boolean isBulk(Element element) {
    return !Set.of("html", "head", "body", "base", "meta").contains(element.normalName());
  }

  private static void take(Element element, ContentPolicy policy, Names names) throws IOException {
    switch (element.normalName()) {
      case "script" -> {
        if (element.attr("type").strip().equalsIgnoreCase("importmap")) {
          takeImportMap(element, policy, names);
        } else {
          take(element, "src", ContentPolicy.Kind.SCRIPT, policy, names);
        }
      }
      case "link" -> takeLink(element, policy, names);
      default -> {
        // loads nothing by a digest
      }
    }
  }

  private static void takeLink(Element element, ContentPolicy policy, Names names)
      throws IOException {
    Set<String> relations =
        Set.copyOf(List.of(element.attr("rel").toLowerCase(Locale.ROOT).split("\\s+")));
    if (relations.stream().noneMatch(LOADING::contains)) {
      return;
    }
    boolean style =
        relations.contains("stylesheet") || element.attr("as").equalsIgnoreCase("style");
    ContentPolicy.Kind kind = style ? ContentPolicy.Kind.STYLE : ContentPolicy.Kind.SCRIPT;
    take(element, "href", kind, policy, names);
  }

  /**
   * A digest binds its URL to no use: what a stylesheet's element names would count for a script as
   * well. So whatever the element loads, the policy must keep strangers from naming scripts.
   */
  private static void take(
      Element element, String attribute, ContentPolicy.Kind kind, ContentPolicy policy, Names names)
      throws IOException {
    HttpUrl url = HttpUrl.parse(element.absUrl(attribute));
    List<Digest> digests = Integrity.parse(element.attr("integrity"));
    if (url != null
        && !digests.isEmpty()
        && policy.vouchesFor(kind, element, digests)
        && policy.vouchesFor(ContentPolicy.Kind.SCRIPT, element, digests)) {
      names.add(new NamedDigest(url, digests));
    }
  }

  private static void takeImportMap(Element element, ContentPolicy policy, Names names)
      throws IOException {
    if (policy.vouchesFor(ContentPolicy.Kind.SCRIPT, element, List.of())) {
      HttpUrl base = HttpUrl.parse(element.baseUri());
      if (base != null) {
        ImportMap.read(base, element.data(), names);
      }
    }
  }
}
