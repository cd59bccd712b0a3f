package dev.fugitive.bench;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictCompress;
import com.github.luben.zstd.ZstdDictTrainer;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.wire.WireLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * {@code ./fugitive bench dictionary FOLDER …}: what zstd leaves of each byte of the files in the
 * folders, by kind, at the level that peers use: chunk by chunk, with a dictionary trained on the
 * other half of the files, with the chunk before as dictionary, frame by frame, and of whole files.
 */
final class DictionaryBench {
  private static final Map<String, List<String>> KINDS = kinds();
  private static final int LEVEL = 1;
  private static final int DICTIONARY_BYTES = 110_000;
  private static final int SAMPLE_BYTES = 8 * 1024 * 1024;
  private static final int MIN_FILES = 40;
  private static final long MIN_FILE_BYTES = 8 * 1024;
  private static final long MAX_FILE_BYTES = 2_000_000;
  private static final long MAX_KIND_BYTES = 24_000_000;
  private static final byte[] NONE = {};

  /** Bytes before compression, and after it in each way. */
  private static final class Tally {
    private long plain;
    private long chunks;
    private long trained;
    private long afterPrevious;
    private long frames;
    private long files;

    void print(String kind) {
      System.out.printf(
          Locale.ROOT,
          "%-8s %6.1f MB  chunk %.3f  trained %.3f  after the one before %.3f  frame %.3f  file"
              + " %.3f%n",
          kind,
          plain / 1e6,
          part(chunks),
          part(trained),
          part(afterPrevious),
          part(frames),
          part(files));
    }

    private double part(long bytes) {
      return bytes / (double) plain;
    }
  }

  private DictionaryBench() {}

  /** Prints a line for each kind of which the folders have enough files to train with. */
  public static void main(String[] folders) throws IOException {
    if (folders.length == 0) {
      System.err.println("fugitive bench dictionary: no folder (expected: one or more)");
      System.exit(2);
      return;
    }
    for (Map.Entry<String, List<String>> kind : KINDS.entrySet()) {
      List<byte[]> files = files(List.of(folders), kind.getValue());
      if (files.size() >= MIN_FILES) {
        measure(files).print(kind.getKey());
      }
    }
  }

  private static Map<String, List<String>> kinds() {
    Map<String, List<String>> kinds = new LinkedHashMap<>();
    kinds.put("HTML", List.of(".html"));
    kinds.put("JSON", List.of(".json"));
    kinds.put("scripts", List.of(".js"));
    kinds.put("text", List.of(".txt", ".md", "copyright"));
    return kinds;
  }

  /** The same for the same folders: in an order that a fixed seed gives, until there is enough. */
  private static List<byte[]> files(List<String> folders, List<String> endings) throws IOException {
    List<Path> paths = new ArrayList<>();
    for (String folder : folders) {
      try (Stream<Path> all = Files.walk(Path.of(folder))) {
        all.filter(path -> isOfKind(path, endings)).sorted().forEach(paths::add);
      }
    }
    Collections.shuffle(paths, new Random(1));
    List<byte[]> files = new ArrayList<>();
    long bytes = 0;
    for (Path path : paths) {
      if (bytes > MAX_KIND_BYTES) {
        break;
      }
      byte[] file = Files.readAllBytes(path);
      if (file.length >= MIN_FILE_BYTES && file.length <= MAX_FILE_BYTES) {
        files.add(file);
        bytes += file.length;
      }
    }
    return files;
  }

  private static boolean isOfKind(Path path, List<String> endings) {
    return endings.stream().anyMatch(path.toString()::endsWith)
        && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
        && Files.isReadable(path);
  }

  private static Tally measure(List<byte[]> files) {
    int half = files.size() / 2;
    Tally tally = new Tally();
    try (ZstdDictCompress dictionary =
            new ZstdDictCompress(dictionary(files.subList(0, half)), LEVEL);
        ZstdCompressCtx plain = context();
        ZstdCompressCtx trained = context()) {
      trained.loadDict(dictionary);
      for (byte[] file : files.subList(half, files.size())) {
        add(file, plain, trained, tally);
      }
    }
    return tally;
  }

  private static ZstdCompressCtx context() {
    return new ZstdCompressCtx().setLevel(LEVEL);
  }

  private static byte[] dictionary(List<byte[]> files) {
    ZstdDictTrainer trainer = new ZstdDictTrainer(SAMPLE_BYTES, DICTIONARY_BYTES);
    for (byte[] file : files) {
      for (byte[] chunk : cut(file, ContentId.CHUNK_BYTES)) {
        if (!trainer.addSample(chunk)) {
          return trainer.trainSamples();
        }
      }
    }
    return trainer.trainSamples();
  }

  private static void add(
      byte[] file, ZstdCompressCtx plain, ZstdCompressCtx trained, Tally tally) {
    byte[] previous = NONE;
    for (byte[] chunk : cut(file, ContentId.CHUNK_BYTES)) {
      tally.plain += chunk.length;
      tally.chunks += plain.compress(chunk).length;
      tally.trained += trained.compress(chunk).length;
      tally.afterPrevious += compressAfter(previous, chunk);
      previous = chunk;
    }
    for (byte[] frame : cut(file, WireLimits.MAX_PAYLOAD_BYTES)) {
      tally.frames += plain.compress(frame).length;
    }
    tally.files += plain.compress(file).length;
  }

  private static int compressAfter(byte[] previous, byte[] chunk) {
    try (ZstdCompressCtx context = context()) {
      if (previous.length > 0) {
        context.loadDict(previous);
      }
      return context.compress(chunk).length;
    }
  }

  private static List<byte[]> cut(byte[] bytes, int length) {
    List<byte[]> parts = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += length) {
      parts.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + length)));
    }
    return parts;
  }
}
