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
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * A Debian archive's {@code Release} or {@code InRelease}: the index files beneath it with length
 * and SHA-256, under their names and, with {@code Acquire-By-Hash}, under their digests.
 */
final class DebianRelease implements DocumentReader {
  private static final Set<String> NAMES = Set.of("Release", "InRelease");

  @Override
  public EvidenceSource source() {
    return EvidenceSource.DEBIAN_RELEASE;
  }

  @Override
  public Hearing hearing() {
    return Hearing.ANYBODY;
  }

  @Override
  public boolean reads(Document document) {
    return NAMES.contains(document.fileName()) && !document.isActive();
  }

  @Override
  public boolean maySpeakFor(HttpUrl document, HttpUrl resource) {
    return Scope.isBesideOrBeneath(document, resource);
  }

  @Override
  public void read(Document document, InputStream content, Names names) throws IOException {
    Lines lines = new Lines(content);
    List<String> directory = Scope.directory(document.url());
    List<Entry> entries = new ArrayList<>();
    boolean byHash = false;
    Optional<Digest.Algorithm> section = Optional.empty();
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (line.startsWith(" ")) {
        String listed = line;
        Optional<Entry> entry = section.flatMap(algorithm -> Entry.parse(algorithm, listed));
        if (entry.isPresent()) {
          entries.add(entry.get());
          entry.get().nameTo(document, directory, names);
        }
      } else {
        section = section(line);
        byHash |= line.toLowerCase(Locale.ROOT).strip().equals("acquire-by-hash: yes");
      }
    }
    if (byHash) {
      for (Entry entry : entries) {
        entry.byHash().nameTo(document, directory, names);
      }
    }
  }

  private static Optional<Digest.Algorithm> section(String line) {
    return switch (line.strip()) {
      case "SHA256:" -> Optional.of(Digest.Algorithm.SHA_256);
      case "SHA512:" -> Optional.of(Digest.Algorithm.SHA_512);
      default -> Optional.empty();
    };
  }

  /** One file in a section of digests. */
  private record Entry(Digest digest, long lengthBytes, String name) {
    static Optional<Entry> parse(Digest.Algorithm algorithm, String line) {
      String[] fields = line.strip().split("\\s+", 3);
      if (fields.length != 3 || !fields[1].matches("\\d{1,15}")) {
        return Optional.empty();
      }
      return Integrity.ofHex(algorithm.sriName(), fields[0])
          .map(digest -> new Entry(digest, Long.parseLong(fields[1]), fields[2]));
    }

    Entry byHash() {
      int slash = name.lastIndexOf('/');
      String directory = slash < 0 ? "" : name.substring(0, slash + 1);
      String algorithm = digest.algorithm().sriName().toUpperCase(Locale.ROOT);
      return new Entry(
          digest, lengthBytes, directory + "by-hash/" + algorithm + "/" + digest.value().hex());
    }

    void nameTo(Document document, List<String> directory, Names names)
        throws LimitExceededException {
      Optional<HttpUrl> file = Scope.file(document.url(), directory, name);
      if (file.isPresent()) {
        names.add(new NamedDigest(file.get(), List.of(digest), lengthBytes));
      }
    }
  }
}
