package dev.fugitive.proxy.doctor;

import dev.fugitive.proxy.config.ByteSize;
import dev.fugitive.proxy.config.Setting;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Whether the cache and the state have the room and the rights that they need. */
public final class DiskCheck {
  static final String NAME = "disk";
  private static final long LEAST_FREE_BYTES = 64L << 20;

  /**
   * What was seen.
   *
   * @param freeBytes on the disk of the cache
   * @param usedBytes by the cache
   */
  public record Facts(
      Path cacheDir,
      Path stateDir,
      boolean cacheWritable,
      boolean stateWritable,
      long freeBytes,
      long usedBytes,
      long limitBytes) {}

  private DiskCheck() {}

  /** Looks at both directories. */
  public static Facts look(Path cacheDir, Path stateDir, long limitBytes) throws IOException {
    return new Facts(
        cacheDir,
        stateDir,
        isWritable(cacheDir),
        isWritable(stateDir),
        existing(cacheDir).toFile().getUsableSpace(),
        usedBytes(cacheDir),
        limitBytes);
  }

  /** Judges them. */
  public static Finding judge(Facts facts) {
    if (!facts.cacheWritable()) {
      return unwritable(facts.cacheDir(), Setting.CACHE_DIR.flag() + " DIR");
    }
    if (!facts.stateWritable()) {
      return unwritable(facts.stateDir(), "");
    }
    String words =
        ByteSize.format(facts.usedBytes())
            + " used of "
            + ByteSize.format(facts.limitBytes())
            + ", "
            + ByteSize.format(facts.freeBytes())
            + " free, "
            + facts.cacheDir();
    String smaller = "fugitive proxy " + Setting.CACHE_SIZE.flag() + " ";
    if (facts.freeBytes() < LEAST_FREE_BYTES) {
      return Finding.failed(
          NAME, "full: " + words, "fugitive cache purge --older-than 7d", smaller + "1g");
    }
    long toCome = facts.limitBytes() - facts.usedBytes();
    if (facts.freeBytes() < toCome) {
      return Finding.warning(
          NAME,
          words + ": less than the cache may still take",
          smaller + ((facts.usedBytes() + facts.freeBytes() / 2) >> 20) + "m");
    }
    return Finding.ok(NAME, words);
  }

  private static Finding unwritable(Path directory, String otherwise) {
    String mine = "sudo chown -R \"$(id -un)\" '" + directory + "'";
    String words = directory + " cannot be written";
    return otherwise.isEmpty()
        ? Finding.failed(NAME, words, mine)
        : Finding.failed(NAME, words, mine, "fugitive proxy " + otherwise);
  }

  private static boolean isWritable(Path directory) throws IOException {
    Path existing = existing(directory);
    return Files.isDirectory(existing) && Files.isWritable(existing);
  }

  /** The directory, or the one above it in which it would be made. */
  private static Path existing(Path directory) throws IOException {
    for (Path each = directory.toAbsolutePath(); each != null; each = each.getParent()) {
      if (Files.exists(each)) {
        return each;
      }
    }
    throw new IOException(directory + ": no such disk");
  }

  private static long usedBytes(Path directory) throws IOException {
    long[] bytes = new long[1];
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException goneOrClosed) {
            return FileVisitResult.CONTINUE;
          }
        });
    return bytes[0];
  }
}
