package dev.fugitive.cache.index;

/** The sizes of a log, all from its limit. */
record LogLimits(long limitBytes, int segmentBytes, int maxRecordBytes, int maxResources) {
  static final int MIN_SEGMENT_BYTES = 256 * 1024;
  static final int MAX_SEGMENT_BYTES = 16 * 1024 * 1024;
  static final int MAX_RECORD_BYTES = 1024 * 1024;

  /** A slot takes about 400 bytes of memory. */
  static final int MAX_RESOURCES = 1 << 18;

  static final int SEGMENTS = 8;

  static LogLimits of(long limitBytes) {
    long minimum = (long) SEGMENTS * MIN_SEGMENT_BYTES;
    if (limitBytes < minimum) {
      throw new IllegalArgumentException(
          "index limit bytes: " + limitBytes + " (expected: at least " + minimum + ")");
    }
    int segmentBytes = (int) Math.min(limitBytes / SEGMENTS, MAX_SEGMENT_BYTES);
    return new LogLimits(
        limitBytes, segmentBytes, Math.min(segmentBytes / 2, MAX_RECORD_BYTES), MAX_RESOURCES);
  }
}
