package dev.fugitive.client.documents;

import java.util.List;
import java.util.Optional;

/** All kinds of documents that are read, in the order in which they are looked for. */
public final class DocumentReaders {
  private static final List<DocumentReader> ALL =
      List.of(
          new PypiIndex(),
          new HtmlIntegrity(),
          new OciManifest(),
          new NpmPackument(),
          new DebianRelease(),
          new DebianPackages(),
          new Metalink(),
          new ChecksumFile());

  private DocumentReaders() {}

  /** Who reads a document, if it looks like one. */
  public static Optional<DocumentReader> of(Document document) {
    return ALL.stream().filter(reader -> reader.reads(document)).findFirst();
  }
}
