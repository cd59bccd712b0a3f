package dev.fugitive.client.documents;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.Integrity;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * Checksums beside what they are about: {@code file.sha256} of that one file, {@code SHA256SUMS}
 * and its kin of the files in and beneath its directory. Lines are those of {@code sha256sum}, with
 * or without a name, or the BSD form {@code SHA256 (file) = …}.
 */
final class ChecksumFile implements DocumentReader {
  private static final Pattern SIDECAR =
      Pattern.compile("(?<file>.+)\\.(sha256|sha384|sha512)(sum|sums)?(\\.txt)?");
  private static final Pattern SUMS =
      Pattern.compile(
          "((sha|SHA)(256|384|512)(sum|sums|SUM|SUMS)|(CHECKSUMS?|checksums?)([-_.]sha(256|384|512))?"
              + "|.*[-_.](checksums|SHA256SUMS|sha256sums?))(\\.txt)?");
  private static final Pattern GNU =
      Pattern.compile("\\\\?(?<hex>[0-9A-Fa-f]{64,128})(?:\\s+[ *]?(?<file>\\S.*))?");
  private static final Pattern BSD =
      Pattern.compile("SHA-?(256|384|512) \\((?<file>.+)\\) ?= ?(?<hex>[0-9A-Fa-f]{64,128})");

  @Override
  public EvidenceSource source() {
    return EvidenceSource.CHECKSUM_FILE;
  }

  @Override
  public Hearing hearing() {
    return Hearing.ANYBODY;
  }

  @Override
  public boolean reads(Document document) {
    String name = document.fileName();
    return !document.isActive()
        && (SIDECAR.matcher(name).matches() || SUMS.matcher(name).matches());
  }

  @Override
  public boolean maySpeakFor(HttpUrl document, HttpUrl resource) {
    return Scope.isBesideOrBeneath(document, resource);
  }

  @Override
  public void read(Document document, InputStream content, Names names) throws IOException {
    Matcher sidecar = SIDECAR.matcher(document.fileName());
    Optional<String> about =
        sidecar.matches() && !SUMS.matcher(document.fileName()).matches()
            ? Optional.of(sidecar.group("file"))
            : Optional.empty();
    Lines lines = new Lines(content);
    for (String line = lines.next(); line != null; line = lines.next()) {
      take(document, about, line.strip(), names);
    }
  }

  private static void take(Document document, Optional<String> about, String line, Names names)
      throws LimitExceededException {
    Matcher bsd = BSD.matcher(line);
    Matcher entry = bsd.matches() ? bsd : GNU.matcher(line);
    if (!entry.matches()) {
      return;
    }
    String named = entry.group("file") == null ? "" : entry.group("file").strip();
    Optional<HttpUrl> file =
        about.isPresent() ? one(document, about.get(), named) : any(document, named);
    Optional<Digest> digest = digest(entry.group("hex"));
    if (file.isPresent() && digest.isPresent()) {
      names.add(new NamedDigest(file.get(), List.of(digest.get())));
    }
  }

  /** A file of its own speaks for one: where it names another, it is not understood. */
  private static Optional<HttpUrl> one(Document document, String file, String named) {
    String last = named.substring(named.lastIndexOf('/') + 1);
    return named.isEmpty() || last.equals(file) ? any(document, file) : Optional.empty();
  }

  private static Optional<HttpUrl> any(Document document, String named) {
    return named.isEmpty()
        ? Optional.empty()
        : Scope.file(document.url(), Scope.directory(document.url()), named);
  }

  /** The algorithm is known by the length of its digests. */
  private static Optional<Digest> digest(String hex) {
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      if (hex.length() == 2 * algorithm.byteCount()) {
        return Integrity.ofHex(algorithm.sriName(), hex.toLowerCase(Locale.ROOT));
      }
    }
    return Optional.empty();
  }
}
