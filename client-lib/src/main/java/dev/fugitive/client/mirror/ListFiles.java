package dev.fugitive.client.mirror;

import dev.fugitive.cache.file.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lists and manifests named when their texts were last here, a file each with a URL a line: so
 * that it is kept after a restart, although the text cannot be had. Not safe for use by several
 * threads.
 */
final class ListFiles {
  private static final Logger LOG = LoggerFactory.getLogger(ListFiles.class);

  private final Path directory;

  ListFiles(Path directory) {
    this.directory = directory;
  }

  /** What a source named; nothing where it is not known. */
  List<String> read(MirrorSource source) {
    try {
      return Files.readAllLines(file(source)).stream().limit(MirrorCore.MAX_URLS).toList();
    } catch (NoSuchFileException notYetHere) {
      return List.of();
    } catch (IOException e) {
      LOG.warn("what {} named is not known: {}", source.url(), e.getMessage());
      return List.of();
    }
  }

  void write(MirrorSource source, List<String> urls) {
    try {
      PrivateFile.replace(file(source), String.join("\n", urls));
    } catch (IOException e) {
      LOG.warn("what {} names is lost at the next start: {}", source.url(), e.getMessage());
    }
  }

  void forget(MirrorSource source) {
    delete(file(source));
  }

  /** Deletes what is left of sources that are not kept any more. */
  void keepOnly(Set<MirrorSource> sources) {
    Set<Path> kept = sources.stream().map(this::file).collect(Collectors.toSet());
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        files.filter(file -> !kept.contains(file)).forEach(ListFiles::delete);
      } catch (IOException e) {
        LOG.warn("{} is not tidied: {}", directory, e.getMessage());
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("{} is not deleted: {}", file, e.getMessage());
    }
  }

  private Path file(MirrorSource source) {
    return directory.resolve(
        ByteString.encodeUtf8(source.kind() + " " + source.url()).sha256().hex());
  }
}
