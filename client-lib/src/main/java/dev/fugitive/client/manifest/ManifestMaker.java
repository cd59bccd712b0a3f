package dev.fugitive.client.manifest;

import dev.fugitive.cache.content.ContentHasher;
import dev.fugitive.cache.content.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okio.Buffer;
import okio.ByteString;

/**
 * Makes the manifest of a folder as a site serves it, and publishes it in that folder.
 *
 * <p>What is not visible to visitors is left out: files and folders whose name starts with a dot,
 * and what a symbolic link leads to. A folder's {@code index.html} is listed under the folder's
 * path as well. Parts and leaves are written first, the document last, each by a rename: whoever
 * reads meanwhile finds the old one or the new one.
 */
public final class ManifestMaker {
  /** A document with more files than this is split. */
  private static final int FILES_OF_A_DOCUMENT = 500;

  private static final int BUFFER_BYTES = 256 * 1024;

  private final Path folder;
  private final HttpUrl base;
  private final Instant now;
  private final Map<String, ManifestEntry> files = new TreeMap<>();
  private long bytes;

  /** What was made. */
  public record Made(Path manifest, int fileCount, long totalBytes, int partCount) {}

  private ManifestMaker(Path folder, HttpUrl base, Instant now) {
    this.folder = folder;
    this.base = base;
    this.now = now;
  }

  /**
   * Hashes every file and publishes the manifest.
   *
   * @param folder what the site serves
   * @param base the URL of the folder; its path is put before each file's
   * @param root the folder that the site serves at {@code /}; gets {@value SiteManifest#PATH}
   * @throws IOException where a file cannot be read, changes meanwhile, or cannot be written
   */
  public static Made make(Path folder, HttpUrl base, Path root, Instant now) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException("folder: %s (expected: a folder that exists)".formatted(folder));
    }
    ManifestMaker maker = new ManifestMaker(folder, base, now);
    Path published = root.resolve(SiteManifest.FOLDER.substring(1));
    maker.hashAll(published.resolve("leaves"));
    return maker.publish(root, published);
  }

  private void hashAll(Path leaves) throws IOException {
    Files.createDirectories(leaves);
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
            return !visited.equals(folder) && isHidden(visited)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile() && !isHidden(file)) {
              add(file, leaves);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static boolean isHidden(Path path) {
    return String.valueOf(path.getFileName()).startsWith(".");
  }

  private void add(Path file, Path leaves) throws IOException {
    ContentHasher.Finished hashed = hash(file);
    long length = hashed.content().id().length();
    boolean publish = length >= ManifestEntry.MIN_LEAVES_BYTES;
    ByteString sha256 =
        hashed.content().digests().stream()
            .filter(digest -> digest.algorithm() == Digest.Algorithm.SHA_256)
            .map(Digest::value)
            .findFirst()
            .orElseThrow();
    ManifestEntry entry = new ManifestEntry(hashed.content().id(), sha256, publish);
    if (publish) {
      write(leaves.resolve(entry.content().root().hex()), hashed.tree().leafHashes());
    }
    String path = pathOf(file);
    files.put(path, entry);
    if (path.endsWith("/index.html")) {
      files.put(path.substring(0, path.length() - "index.html".length()), entry);
    }
    bytes += length;
  }

  private String pathOf(Path file) {
    HttpUrl.Builder url = base.newBuilder().query(null).fragment(null);
    if (base.encodedPath().endsWith("/")) {
      url.removePathSegment(base.pathSize() - 1);
    }
    for (Path name : folder.relativize(file)) {
      url.addPathSegment(name.toString());
    }
    return url.build().encodedPath();
  }

  private static ContentHasher.Finished hash(Path file) throws IOException {
    ContentHasher hasher = new ContentHasher();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hasher.update(buffer, 0, read);
      }
    }
    return hasher.finish();
  }

  private Made publish(Path root, Path published) throws IOException {
    Path document = root.resolve(SiteManifest.PATH.substring(1));
    int digits = partDigits(files.size());
    if (digits == 0) {
      write(document, new SiteManifest(now, 0, "", files));
      prune(published, "");
      return new Made(document, files.size(), bytes, 0);
    }
    Map<String, Map<String, ManifestEntry>> parts = new TreeMap<>();
    files.forEach((path, entry) ->
        parts
            .computeIfAbsent(SiteManifest.partName(path, digits), name -> new HashMap<>())
            .put(path, entry));
    String version = version();
    Path versionFolder = Files.createDirectories(published.resolve(version));
    for (Map.Entry<String, Map<String, ManifestEntry>> part : parts.entrySet()) {
      write(
          versionFolder.resolve(part.getKey() + ".json"),
          new SiteManifest(now, 0, "", part.getValue()));
    }
    String before = versionOf(document);
    write(document, new SiteManifest(now, digits, version, Map.of()));
    prune(published, version, before);
    return new Made(document, files.size(), bytes, parts.size());
  }

  private static int partDigits(int fileCount) {
    int digits = 0;
    for (long room = FILES_OF_A_DOCUMENT; room < fileCount; room *= 16) {
      digits++;
    }
    return Math.min(digits, SiteManifest.MAX_PART_DIGITS);
  }

  private String version() {
    try (Buffer all = new Buffer()) {
      all.writeUtf8(now.toString());
      files.forEach((path, entry) -> all.writeUtf8(path).write(entry.sha256()));
      return all.sha256().hex().substring(0, 32);
    }
  }

  private static String versionOf(Path document) throws IOException {
    if (!Files.exists(document)) {
      return "";
    }
    try (InputStream in = Files.newInputStream(document)) {
      return ManifestCodec.read(in).version();
    } catch (MalformedManifestException e) {
      return "";
    }
  }

  /** Removes the parts of versions that are no longer read, and leaves that nothing names. */
  private void prune(Path published, String... versions) throws IOException {
    Set<String> kept = new HashSet<>(List.of(versions));
    kept.add("leaves");
    try (Stream<Path> folders = Files.list(published)) {
      for (Path each : folders.filter(f -> !kept.contains(nameOf(f))).toList()) {
        removeAll(each);
      }
    }
    Set<String> roots = new HashSet<>();
    files.values().forEach(entry -> roots.add(entry.content().root().hex()));
    try (Stream<Path> leaves = Files.list(published.resolve("leaves"))) {
      for (Path each : leaves.filter(f -> !roots.contains(nameOf(f))).toList()) {
        Files.delete(each);
      }
    }
  }

  private static String nameOf(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static void removeAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(each);
      }
    }
  }

  private static void write(Path to, SiteManifest manifest) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ManifestCodec.write(manifest, bytes);
    write(to, ByteBuffer.wrap(bytes.toByteArray()));
  }

  private static void write(Path to, ByteBuffer content) throws IOException {
    Path unfinished = to.resolveSibling(nameOf(to) + ".new");
    try (WritableByteChannel out = Channels.newChannel(Files.newOutputStream(unfinished))) {
      while (content.hasRemaining()) {
        out.write(content);
      }
    }
    Files.move(unfinished, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
