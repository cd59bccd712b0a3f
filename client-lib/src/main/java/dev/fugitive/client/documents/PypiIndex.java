package dev.fugitive.client.documents;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.Integrity;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.jsoup.parser.StreamParser;

/**
 * A project's page in a Python package index: as JSON (PEP 691) or as HTML with {@code #sha256=}
 * behind its links (PEP 503), and the metadata files beside the packages (PEP 658).
 *
 * <p>The files lie on another host than the index. So its word counts for the program that asked
 * for an index in so many words ({@code Accept: application/vnd.pypi.simple…}): such a program
 * checks the same hashes itself.
 */
final class PypiIndex implements DocumentReader {
  private static final String MEDIA_TYPE = "application/vnd.pypi.simple";
  private static final Set<String> HTML =
      Set.of("text/html", "application/vnd.pypi.simple.v1+html");
  private static final String JSON = "application/vnd.pypi.simple.v1+json";

  @Override
  public EvidenceSource source() {
    return EvidenceSource.PYPI_INDEX;
  }

  @Override
  public Hearing hearing() {
    return Hearing.SAME_PROGRAM;
  }

  @Override
  public boolean reads(Document document) {
    String type = document.mediaType();
    return document.isAskedForAs(MEDIA_TYPE) && (HTML.contains(type) || type.equals(JSON));
  }

  @Override
  public boolean maySpeakFor(HttpUrl document, HttpUrl resource) {
    return resource.isHttps() || !document.isHttps();
  }

  @Override
  public void read(Document document, InputStream content, Names names) throws IOException {
    if (document.mediaType().equals(JSON)) {
      readJson(document, content, names);
    } else {
      readHtml(document, content, names);
    }
  }

  private static void readJson(Document document, InputStream content, Names names)
      throws IOException {
    try (JsonParser json = JsonStream.parser(content)) {
      JsonStream.object(
          json,
          member -> {
            if (member.equals("files")) {
              JsonStream.items(json, () -> file(document, json).nameTo(names));
            } else {
              json.skipChildren();
            }
          });
    } catch (JsonProcessingException e) {
      throw new MalformedDocumentException("index: " + e.getOriginalMessage(), e);
    }
  }

  /** What the index says of one file, as far as it was read. */
  private static final class Listed {
    private Optional<HttpUrl> url = Optional.empty();
    private List<Digest> digests = List.of();
    private List<Digest> metadataDigests = List.of();
    private long lengthBytes = -1;

    void nameTo(Names names) throws LimitExceededException {
      if (url.isEmpty()) {
        return;
      }
      if (!digests.isEmpty()) {
        names.add(new NamedDigest(url.get(), digests, lengthBytes));
      }
      if (!metadataDigests.isEmpty()) {
        HttpUrl metadata =
            url.get().newBuilder().encodedPath(url.get().encodedPath() + ".metadata").build();
        names.add(new NamedDigest(metadata, metadataDigests));
      }
    }
  }

  private static Listed file(Document document, JsonParser json) throws IOException {
    Listed file = new Listed();
    JsonStream.members(
        json,
        member -> {
          switch (member) {
            case "url" ->
                file.url = Optional.ofNullable(document.url().resolve(JsonStream.text(json)));
            case "hashes" -> file.digests = hashes(json);
            case "core-metadata", "dist-info-metadata", "data-dist-info-metadata" ->
                file.metadataDigests = hashes(json);
            case "size" -> file.lengthBytes = JsonStream.length(json);
            default -> json.skipChildren();
          }
        });
    return file;
  }

  /** An object of algorithms and hexadecimal digits; metadata may also be just {@code true}. */
  private static List<Digest> hashes(JsonParser json) throws IOException {
    List<Digest> strongest = new ArrayList<>();
    JsonStream.members(
        json,
        algorithm ->
            Integrity.ofHex(algorithm, JsonStream.text(json))
                .ifPresent(found -> {
                  if (strongest.isEmpty() || isStronger(found, strongest.get(0))) {
                    strongest.clear();
                    strongest.add(found);
                  }
                }));
    return strongest;
  }

  private static boolean isStronger(Digest one, Digest other) {
    return one.algorithm().byteCount() > other.algorithm().byteCount();
  }

  private static void readHtml(Document document, InputStream content, Names names)
      throws IOException {
    try (StreamParser parser = new StreamParser(Parser.htmlParser())) {
      parser.parse(new InputStreamReader(content, document.charset()), document.url().toString());
      Iterator<Element> elements = parser.iterator();
      while (elements.hasNext()) {
        Element element = elements.next();
        if (element.normalName().equals("a")) {
          link(element).nameTo(names);
          element.remove();
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Listed link(Element anchor) {
    Listed file = new Listed();
    HttpUrl target = HttpUrl.parse(anchor.absUrl("href"));
    if (target == null) {
      return file;
    }
    file.url = Optional.of(target.newBuilder().fragment(null).build());
    String fragment = target.fragment();
    file.digests = fragment == null ? List.of() : assignment(fragment);
    String metadata = anchor.attr("data-core-metadata");
    file.metadataDigests =
        assignment(metadata.isEmpty() ? anchor.attr("data-dist-info-metadata") : metadata);
    return file;
  }

  /** {@code sha256=HEX}. */
  private static List<Digest> assignment(String text) {
    int equals = text.indexOf('=');
    return equals < 0
        ? List.of()
        : Integrity.ofHex(text.substring(0, equals), text.substring(equals + 1)).stream().toList();
  }
}
