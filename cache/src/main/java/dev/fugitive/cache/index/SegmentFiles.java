package dev.fugitive.cache.index;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * The numbered files of a log. One thread at a time appends, truncates, forces and deletes; any
 * thread reads.
 */
interface SegmentFiles extends Closeable {
  /** The numbers of the files that are there, ascending. */
  List<Integer> numbers() throws IOException;

  /** All bytes of a file. */
  byte[] readAll(int number) throws IOException;

  /**
   * Exactly these bytes of a file.
   *
   * @throws java.nio.file.NoSuchFileException where the file was deleted
   * @throws java.io.EOFException where it is shorter
   */
  byte[] read(int number, int offset, int length) throws IOException;

  /** Writes at the end of a file, made where there is none, and hands the bytes to the system. */
  void append(int number, int position, byte[] bytes) throws IOException;

  /** Cuts a file to a length. */
  void truncate(int number, int length) throws IOException;

  /** Makes sure that a file outlives a loss of power. */
  void force(int number) throws IOException;

  /** Deletes a file. */
  void delete(int number) throws IOException;
}
