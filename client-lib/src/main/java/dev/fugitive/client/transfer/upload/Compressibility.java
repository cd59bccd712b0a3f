package dev.fugitive.client.transfer.upload;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fugitive.cache.content.ContentId;
import java.util.Optional;

/**
 * Whether it pays to compress a content between peers, decided once for each by how much its first
 * frame shrinks, and remembered. Safe for use by several threads.
 */
final class Compressibility {
  private static final int MAX_CONTENTS = 20_000;

  /** Below this a frame's own fields outweigh what is saved. */
  private static final int MIN_BYTES = 512;

  private final Cache<ContentId, Boolean> decisions =
      Caffeine.newBuilder().maximumSize(MAX_CONTENTS).build();

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
}
