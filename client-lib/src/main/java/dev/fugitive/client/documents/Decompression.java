package dev.fugitive.client.documents;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.brotli.dec.BrotliInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.XZInputStream;

/** Undoes compressions, with little memory whatever the input says it needs. */
public final class Decompression {
  private static final int MAX_MEMORY_KIB = 80 * 1024;
  private static final int MAX_WINDOW_LOG = 23;
  private static final int MAX_CODINGS = 2;
  private static final int MAGIC_BYTES = 6;

  private Decompression() {}

  /**
   * The bytes behind the content codings of a head (RFC 9110 section 8.4); empty where one is not
   * known.
   */
  public static Optional<Coding> ofContent(List<String> contentEncodings) {
    List<String> codings =
        contentEncodings.stream()
            .flatMap(line -> List.of(line.split(",")).stream())
            .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
            .filter(coding -> !coding.isEmpty() && !coding.equals("identity"))
            .toList();
    if (codings.size() > MAX_CODINGS || !codings.stream().allMatch(Decompression::isKnown)) {
      return Optional.empty();
    }
    return Optional.of(coded -> {
      InputStream plain = coded;
      // the coding that was applied last is named last
      for (int i = codings.size() - 1; i >= 0; i--) {
        plain = open(codings.get(i), plain);
      }
      return plain;
    });
  }

  /**
   * The codings that a body may have whose coding nobody names, by how it begins. Brotli has no
   * mark: it is always among them, and last.
   */
  public static List<Coding> possibleFor(byte[] beginning) {
    List<Coding> possible = new ArrayList<>();
    if (begins(beginning, 0x1f, 0x8b)) {
      possible.add(GZIPInputStream::new);
    }
    if (begins(beginning, 0x28, 0xb5, 0x2f, 0xfd)) {
      possible.add(Decompression::zstd);
    }
    possible.add(BrotliInputStream::new);
    return List.copyOf(possible);
  }

  /** How to read what was coded. */
  @FunctionalInterface
  public interface Coding {
    /** The bytes before they were coded. */
    InputStream undo(InputStream coded) throws IOException;
  }

  private static boolean isKnown(String coding) {
    return List.of("gzip", "x-gzip", "br", "zstd").contains(coding);
  }

  private static InputStream open(String coding, InputStream coded) throws IOException {
    return switch (coding) {
      case "br" -> new BrotliInputStream(coded);
      case "zstd" -> zstd(coded);
      default -> new GZIPInputStream(coded);
    };
  }

  private static InputStream zstd(InputStream coded) throws IOException {
    return new ZstdInputStreamNoFinalizer(coded, RecyclingBufferPool.INSTANCE)
        .setLongMax(MAX_WINDOW_LOG);
  }

  /** The bytes of a file that may be compressed, which its first bytes say; all that apt knows. */
  static InputStream ofFile(InputStream file) throws IOException {
    BufferedInputStream bytes = new BufferedInputStream(file);
    bytes.mark(MAGIC_BYTES);
    byte[] magic = bytes.readNBytes(MAGIC_BYTES);
    bytes.reset();
    if (begins(magic, 0xfd, '7', 'z', 'X', 'Z', 0)) {
      return new XZInputStream(bytes, MAX_MEMORY_KIB);
    }
    if (begins(magic, 0x1f, 0x8b)) {
      return new GZIPInputStream(bytes);
    }
    if (begins(magic, 'B', 'Z', 'h')) {
      return new BZip2CompressorInputStream(bytes, true);
    }
    if (begins(magic, 0x28, 0xb5, 0x2f, 0xfd)) {
      return zstd(bytes);
    }
    if (begins(magic, 0x04, 0x22, 0x4d, 0x18)) {
      return new FramedLZ4CompressorInputStream(bytes, true);
    }
    return begins(magic, 0x5d, 0, 0) ? new LZMAInputStream(bytes, MAX_MEMORY_KIB) : bytes;
  }

  private static boolean begins(byte[] bytes, int... magic) {
    if (bytes.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((bytes[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
