package dev.fugitive.cache.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** The few things that the disk tier does with files: the seam at which tests stop the machine. */
interface StoreFiles {
  void createDirectories(Path directory) throws IOException;

  /** The regular files of a directory. */
  List<Found> list(Path directory) throws IOException;

  /** One file of a directory. */
  record Found(Path path, long lengthBytes, Instant modified) {}

  /** Opens a file for reading and writing. */
  OpenFile open(Path path, boolean create) throws IOException;

  /** In one step: the name is the old file's or the new one's, never missing. */
  void move(Path from, Path to) throws IOException;

  /** Deletes a file, where it exists. */
  void delete(Path path) throws IOException;

  void touch(Path path, Instant modified) throws IOException;

  /** An open file; as with {@link java.nio.channels.FileChannel}, an interrupt closes it. */
  interface OpenFile extends Closeable {
    /** Reads some bytes; -1 at the end. */
    int read(ByteBuffer into, long position) throws IOException;

    /** Writes some bytes. */
    int write(ByteBuffer bytes, long position) throws IOException;
  }
}
