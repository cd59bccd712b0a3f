package dev.fugitive.cache.index;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Files whose n-th change fails half done; from then on either nothing works or all is well. */
final class FaultySegmentFiles implements SegmentFiles {
  private final SegmentFiles files;
  private final boolean deadAfterwards;
  private int changesUntilFault;
  private boolean dead;

  FaultySegmentFiles(SegmentFiles files, int changesUntilFault, boolean deadAfterwards) {
    this.files = files;
    this.changesUntilFault = changesUntilFault;
    this.deadAfterwards = deadAfterwards;
  }

  private boolean isFaultNow() throws IOException {
    if (dead) {
      throw new IOException("dead");
    }
    return changesUntilFault-- == 0;
  }

  private IOException fault() {
    dead = deadAfterwards;
    return new IOException("fault");
  }

  boolean happened() {
    return changesUntilFault < 0;
  }

  @Override
  public List<Integer> numbers() throws IOException {
    return files.numbers();
  }

  @Override
  public byte[] readAll(int number) throws IOException {
    return files.readAll(number);
  }

  @Override
  public byte[] read(int number, int offset, int length) throws IOException {
    return files.read(number, offset, length);
  }

  @Override
  public void append(int number, int position, byte[] bytes) throws IOException {
    if (isFaultNow()) {
      files.append(number, position, Arrays.copyOf(bytes, bytes.length / 2));
      throw fault();
    }
    files.append(number, position, bytes);
  }

  @Override
  public void truncate(int number, int length) throws IOException {
    if (isFaultNow()) {
      throw fault();
    }
    files.truncate(number, length);
  }

  @Override
  public void force(int number) throws IOException {
    if (isFaultNow()) {
      throw fault();
    }
  }

  @Override
  public void delete(int number) throws IOException {
    if (isFaultNow()) {
      throw fault();
    }
    files.delete(number);
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
