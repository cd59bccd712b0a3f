package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.Digest;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import okio.BufferedSource;
import okio.HashingSink;
import okio.Okio;
import okio.Sink;

/** The length of a body that was read to its end, and its digests. */
record BodyDigests(long lengthBytes, Set<Digest> digests) {
  /** Reads a body to its end and keeps nothing of it. */
  static BodyDigests of(BufferedSource body, Set<Digest.Algorithm> algorithms) throws IOException {
    Map<Digest.Algorithm, HashingSink> hashing = new EnumMap<>(Digest.Algorithm.class);
    Sink last = Okio.blackhole();
    for (Digest.Algorithm algorithm : algorithms) {
      HashingSink next = Okio.hashingSink(last, IntegritySource.hashOf(algorithm));
      hashing.put(algorithm, next);
      last = next;
    }
    long length;
    try (Sink all = last) {
      length = body.readAll(all);
    }
    Set<Digest> digests = new HashSet<>();
    hashing.forEach((algorithm, sink) -> digests.add(new Digest(algorithm, sink.hash())));
    return new BodyDigests(length, Set.copyOf(digests));
  }
}
