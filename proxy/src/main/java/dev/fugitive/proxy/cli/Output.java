package dev.fugitive.proxy.cli;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import okio.Sink;

/** Where a fetched body goes: a file that appears whole or not at all, or a stream. */
final class Output implements AutoCloseable {
  private static final int BLOCK_BYTES = 64 * 1024;

  private record Draft(Path file, Path target) {}

  private final Sink sink;
  private final Optional<Draft> draft;

  private Output(Sink sink, Optional<Draft> draft) {
    this.sink = sink;
    this.draft = draft;
  }

  static Output to(Sink stream) {
    return new Output(stream, Optional.empty());
  }

  /** Writes beside the target; {@link #commit} puts it in its place. */
  static Output replacing(Path target) throws IOException {
    String suffix = "." + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    Path file = target.toAbsolutePath().resolveSibling("." + target.getFileName() + suffix);
    return new Output(
        Okio.sink(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        Optional.of(new Draft(file, target)));
  }

  void copy(BufferedSource body, IntegrityCheck check, Progress progress) throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    Buffer buffer = new Buffer();
    for (int count = body.read(block); count >= 0; count = body.read(block)) {
      check.update(block, count);
      buffer.write(block, 0, count);
      sink.write(buffer, count);
      progress.add(count);
    }
    sink.flush();
  }

  void commit() throws IOException {
    if (draft.isEmpty()) {
      return;
    }
    sink.close();
    Draft done = draft.get();
    try {
      Files.move(done.file(), done.target(), StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException unsupported) {
      Files.move(done.file(), done.target(), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() throws IOException {
    if (draft.isPresent()) {
      sink.close();
      Files.deleteIfExists(draft.get().file());
    }
  }
}
