package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.client.fetch.MemoryHits;
import java.util.function.Function;
import okio.ByteString;

/** Where answers come from that need no waiting, once it is known how their heads are encoded. */
@FunctionalInterface
public interface HitSource {
  /** Answers whose heads go through this encoder. */
  MemoryHits memoryHits(Function<ResponseHead, ByteString> encoder);
}
