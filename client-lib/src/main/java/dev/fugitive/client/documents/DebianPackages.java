package dev.fugitive.client.documents;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.Integrity;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * A Debian archive's {@code Packages} or {@code Sources}, in any compression that apt knows: its
 * packages with length and SHA-256, by names that begin at the archive's root.
 */
final class DebianPackages implements DocumentReader {
  private static final String EXTENSIONS = "(\\.(gz|xz|bz2|lzma|zst|lz4))?";

  @Override
  public EvidenceSource source() {
    return EvidenceSource.DEBIAN_PACKAGES;
  }

  @Override
  public Hearing hearing() {
    return Hearing.ANYBODY;
  }

  /** Under {@code by-hash} the name says nothing; the first line tells. */
  @Override
  public boolean reads(Document document) {
    HttpUrl url = document.url();
    List<String> path = url.pathSegments();
    boolean byHash = DebianPlace.isBeneathDists(url) && path.size() > 3 && path.contains("by-hash");
    return !document.isActive()
        && (byHash || document.fileName().matches("(Packages|Sources)" + EXTENSIONS));
  }

  @Override
  public boolean maySpeakFor(HttpUrl document, HttpUrl resource) {
    return Scope.isBeneath(document, DebianPlace.archiveRoot(document), resource)
        && !DebianPlace.isBeneathDists(resource);
  }

  @Override
  public void read(Document document, InputStream content, Names names) throws IOException {
    Lines lines = new Lines(Decompression.ofFile(content));
    Paragraph paragraph = new Paragraph(document.url());
    String first = lines.next();
    if (first == null) {
      return;
    }
    if (!first.startsWith("Package: ")) {
      throw new MalformedDocumentException(
          "first line of %d characters (expected: Package: NAME)".formatted(first.length()));
    }
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (line.isEmpty()) {
        paragraph.nameTo(names);
        paragraph = new Paragraph(document.url());
      } else {
        paragraph.take(line);
      }
    }
    paragraph.nameTo(names);
  }

  /** What is read of one package. */
  private static final class Paragraph {
    private final HttpUrl document;
    private final List<String> root;
    private String filename = "";
    private String directory = "";
    private String sha256 = "";
    private long size = -1;
    private boolean inChecksums;
    private final List<String> checksums = new ArrayList<>();

    Paragraph(HttpUrl document) {
      this.document = document;
      this.root = DebianPlace.archiveRoot(document);
    }

    void take(String line) {
      if (line.startsWith(" ")) {
        if (inChecksums) {
          checksums.add(line.strip());
        }
        return;
      }
      inChecksums = line.startsWith("Checksums-Sha256:");
      if (line.startsWith("Filename: ")) {
        filename = line.substring(10).strip();
      } else if (line.startsWith("SHA256: ")) {
        sha256 = line.substring(8).strip().toLowerCase(Locale.ROOT);
      } else if (line.startsWith("Size: ")) {
        size = length(line.substring(6).strip());
      } else if (line.startsWith("Directory: ")) {
        directory = line.substring(11).strip();
      }
    }

    private static long length(String digits) {
      return digits.matches("\\d{1,15}") ? Long.parseLong(digits) : -1;
    }

    void nameTo(Names names) throws LimitExceededException {
      name(filename, sha256, size, names);
      for (String line : checksums) {
        String[] fields = line.split("\\s+", 3);
        if (fields.length == 3) {
          String file = directory.isEmpty() ? fields[2] : directory + "/" + fields[2];
          name(file, fields[0], length(fields[1]), names);
        }
      }
    }

    private void name(String file, String hex, long lengthBytes, Names names)
        throws LimitExceededException {
      Optional<HttpUrl> url = file.isEmpty() ? Optional.empty() : Scope.file(document, root, file);
      Optional<Digest> digest = Integrity.ofHex("sha256", hex);
      if (url.isPresent() && digest.isPresent()) {
        names.add(new NamedDigest(url.get(), List.of(digest.get()), lengthBytes));
      }
    }
  }
}
