package dev.fugitive.client.transfer.upload;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fugitive.cache.content.ContentId;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Whether it pays to compress a content between peers, decided once for each and remembered: not
 * where its media type is one of compressed forms, else by how much its first frame shrinks. Safe
 * for use by several threads.
 */
final class Compressibility {
  private static final int MAX_CONTENTS = 20_000;

  /** Below this a frame's own fields outweigh what is saved. */
  private static final int MIN_BYTES = 512;

  private static final Set<String> COMPRESSED_FAMILIES = Set.of("image", "video", "audio");
  private static final Set<String> COMPRESSIBLE_MEMBERS =
      Set.of("image/svg+xml", "image/bmp", "image/x-icon", "audio/wav", "audio/midi");
  private static final Set<String> COMPRESSED_TYPES =
      Set.of(
          "application/zip",
          "application/gzip",
          "application/x-gzip",
          "application/zstd",
          "application/x-xz",
          "application/x-bzip2",
          "application/x-7z-compressed",
          "application/java-archive",
          "application/vnd.debian.binary-package",
          "application/x-debian-package",
          "application/vnd.android.package-archive",
          "font/woff",
          "font/woff2");

  private final Cache<ContentId, Boolean> decisions =
      Caffeine.newBuilder().maximumSize(MAX_CONTENTS).build();

  /** Takes note of what a content is said to be, for example {@code image/png}. */
  void note(ContentId content, String mediaType) {
    if (isCompressedForm(mediaType)) {
      decisions.put(content, false);
    }
  }

  /** The decision, where there is one already. */
  Optional<Boolean> decided(ContentId content) {
    return content.length() < MIN_BYTES
        ? Optional.of(false)
        : Optional.ofNullable(decisions.getIfPresent(content));
  }

  /** Decides by a sample. */
  void decide(ContentId content, int plainBytes, int compressedBytes) {
    decisions.put(content, pays(plainBytes, compressedBytes));
  }

  /** It pays where a tenth or more is saved. */
  static boolean pays(int plainBytes, int compressedBytes) {
    return compressedBytes <= plainBytes - plainBytes / 10;
  }

  static boolean isCompressedForm(String mediaType) {
    String type = mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (COMPRESSIBLE_MEMBERS.contains(type)) {
      return false;
    }
    return COMPRESSED_TYPES.contains(type) || COMPRESSED_FAMILIES.contains(type.split("/", 2)[0]);
  }
}
