package dev.fugitive.client.manifest;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import okio.ByteString;

/**
 * The document at a site's {@value #PATH}: what the site's files are.
 *
 * <p>A site of few files has all of them in it. A site of many has them in parts beside it: a
 * file's part is named by the first hexadecimal digits of the SHA-256 of its path, and the parts
 * lie in a folder named by what is in them all. So a new version is published at once, by one
 * rename, and whoever still reads the old one finds its parts until the version after the next.
 *
 * @param made when it was made; what changed later it does not describe
 * @param partDigits how many hexadecimal digits name a part; 0 where there are no parts
 * @param version the folder of the parts; empty where there are none
 * @param files by path as it stands in a URL, percent-encoded
 */
public record SiteManifest(
    Instant made, int partDigits, String version, Map<String, ManifestEntry> files) {
  /** Where a site publishes its manifest (RFC 8615). */
  public static final String PATH = "/.well-known/fugitive-manifest";

  /** Where parts and leaves lie. */
  public static final String FOLDER = PATH + ".d/";

  /** The link relation by which a response says that its site has a manifest (RFC 8288). */
  public static final String LINK_RELATION = "fugitive-manifest";

  static final int MAX_PART_DIGITS = 4;

  public SiteManifest {
    files = Map.copyOf(files);
    if (partDigits < 0 || partDigits > MAX_PART_DIGITS) {
      throw new IllegalArgumentException(
          "part digits: %d (expected: 0 to %d)".formatted(partDigits, MAX_PART_DIGITS));
    }
  }

  /** What it says about a path itself. */
  public Optional<ManifestEntry> find(String path) {
    return Optional.ofNullable(files.get(path));
  }

  /** Where the part lies that says what a path is; empty where this document itself does. */
  public Optional<String> partOf(String path) {
    return partDigits == 0 ? Optional.empty() : Optional.of(partAt(partName(path, partDigits)));
  }

  /** Where parts may lie; one that no file is in is not there. Made one by one as they are read. */
  public Stream<String> parts() {
    return partDigits == 0
        ? Stream.empty()
        : IntStream.range(0, 1 << (4 * partDigits))
            .mapToObj(number -> partAt(("%0" + partDigits + "x").formatted(number)));
  }

  private String partAt(String name) {
    return FOLDER + version + "/" + name + ".json";
  }

  /** Where the hashes of a file's chunks lie, 32 bytes each, side by side. */
  public static String leavesOf(ManifestEntry entry) {
    return FOLDER + "leaves/" + entry.content().root().hex();
  }

  static String partName(String path, int digits) {
    return ByteString.encodeUtf8(path).sha256().hex().substring(0, digits);
  }
}
