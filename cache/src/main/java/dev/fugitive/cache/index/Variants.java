package dev.fugitive.cache.index;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.StoredResponse;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Pure functions over the responses of one resource, the latest first. */
final class Variants {
  private static final int RESPONSE_BYTES = 512;
  private static final int FIELD_BYTES = 64;

  private Variants() {}

  /**
   * The list with this response in front, in place of one of the same variant, within the bound.
   */
  static List<StoredResponse> with(List<StoredResponse> before, StoredResponse response) {
    ResourceKey variant = response.variantKey();
    List<StoredResponse> after = new ArrayList<>(before.size() + 1);
    after.add(response);
    for (StoredResponse one : before) {
      if (after.size() < RepresentationIndex.MAX_VARIANTS && !one.variantKey().equals(variant)) {
        after.add(one);
      }
    }
    return List.copyOf(after);
  }

  /** The list without those whose body is this content. */
  static List<StoredResponse> without(List<StoredResponse> before, ContentId content) {
    return before.stream().filter(one -> !one.content().equals(content)).toList();
  }

  /** The contents that are their bodies, each once. */
  static Set<ContentId> contents(List<StoredResponse> responses) {
    Set<ContentId> contents = new LinkedHashSet<>();
    for (StoredResponse one : responses) {
      contents.add(one.content());
    }
    return contents;
  }

  /** About how much memory they take. */
  static int weightBytes(List<StoredResponse> responses) {
    long bytes = 0;
    for (StoredResponse one : responses) {
      bytes += RESPONSE_BYTES + 2L * one.url().length();
      bytes += one.voucher().map(voucher -> voucher.size()).orElse(0);
      bytes += weightBytes(one.selecting()) + weightBytes(one.head().fields());
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  private static long weightBytes(Fields fields) {
    long bytes = 0;
    for (Fields.Field line : fields.lines()) {
      bytes += FIELD_BYTES + line.name().length() + line.value().length();
    }
    return bytes;
  }
}
