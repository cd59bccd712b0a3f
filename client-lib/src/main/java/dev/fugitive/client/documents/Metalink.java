package dev.fugitive.client.documents;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.Integrity;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import okhttp3.HttpUrl;

/**
 * A Metalink, version 4 (RFC 5854) or 3: files with length and digest, by name beside the document
 * and by those of their URLs that lie there. Of mirrors elsewhere it is no evidence: whoever writes
 * a Metalink could speak in their name.
 */
final class Metalink implements DocumentReader {
  private static final Set<String> MEDIA_TYPES =
      Set.of("application/metalink4+xml", "application/metalink+xml");
  private static final int MAX_TEXT_CHARS = 8 * 1024;

  @Override
  public EvidenceSource source() {
    return EvidenceSource.METALINK;
  }

  @Override
  public Hearing hearing() {
    return Hearing.ANYBODY;
  }

  @Override
  public boolean reads(Document document) {
    return MEDIA_TYPES.contains(document.mediaType())
        || (!document.isActive() && document.fileName().matches(".+\\.(meta4|metalink)"));
  }

  @Override
  public boolean maySpeakFor(HttpUrl document, HttpUrl resource) {
    return Scope.isBesideOrBeneath(document, resource);
  }

  @Override
  public void read(Document document, InputStream content, Names names) throws IOException {
    try {
      XMLStreamReader xml = factory().createXMLStreamReader(content);
      try {
        read(document, xml, names);
      } finally {
        xml.close();
      }
    } catch (XMLStreamException e) {
      throw new MalformedDocumentException("metalink: " + e.getMessage(), e);
    }
  }

  /** Neither declares nor fetches anything: no document type, no entities. */
  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory;
  }

  private static void read(Document document, XMLStreamReader xml, Names names)
      throws XMLStreamException, LimitExceededException {
    Described file = new Described(document, "");
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        String element = xml.getLocalName();
        if (element.equals("file")) {
          file = new Described(document, attribute(xml, "name"));
        } else {
          file.take(element, xml);
        }
      } else if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("file")) {
        file.nameTo(names);
      }
    }
  }

  private static String attribute(XMLStreamReader xml, String name) {
    String value = xml.getAttributeValue(null, name);
    return value == null ? "" : value;
  }

  /** What is read of one file. */
  private static final class Described {
    private static final int MAX_URLS = 64;

    private final List<HttpUrl> urls = new ArrayList<>();
    private Optional<Digest> digest = Optional.empty();
    private long lengthBytes = -1;

    Described(Document document, String name) {
      if (!name.isEmpty()) {
        Scope.file(document.url(), Scope.directory(document.url()), name).ifPresent(urls::add);
      }
    }

    void take(String element, XMLStreamReader xml) throws XMLStreamException {
      switch (element) {
        case "size" -> lengthBytes = length(text(xml));
        case "url" -> takeUrl(text(xml));
        case "hash" -> takeHash(attribute(xml, "type"), xml);
        default -> {
          // of no matter here
        }
      }
    }

    /** The hashes of a file's pieces have no type in version 4, and a number in version 3. */
    private void takeHash(String type, XMLStreamReader xml) throws XMLStreamException {
      String hex = text(xml);
      Optional<Digest> found = Integrity.ofHex(type.replace("-", ""), hex);
      boolean stronger =
          found.isPresent()
              && (digest.isEmpty()
                  || found.get().algorithm().byteCount() > digest.get().algorithm().byteCount());
      if (stronger) {
        digest = found;
      }
    }

    private void takeUrl(String text) {
      HttpUrl url = HttpUrl.parse(text);
      if (url != null && urls.size() < MAX_URLS && !urls.contains(url)) {
        urls.add(url);
      }
    }

    private static long length(String digits) {
      return digits.matches("\\d{1,15}") ? Long.parseLong(digits) : -1;
    }

    private static String text(XMLStreamReader xml) throws XMLStreamException {
      String text = xml.getElementText().strip();
      return text.length() > MAX_TEXT_CHARS ? "" : text;
    }

    void nameTo(Names names) throws LimitExceededException {
      if (digest.isPresent()) {
        for (HttpUrl url : urls) {
          names.add(new NamedDigest(url, List.of(digest.get()), lengthBytes));
        }
      }
    }
  }
}
