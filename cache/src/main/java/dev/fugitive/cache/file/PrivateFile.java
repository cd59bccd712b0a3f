package dev.fugitive.cache.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A file that its owner alone may read and write, where the file system knows owners (mode 0600).
 *
 * <p>It is written under another name, with that mode from the first moment on, forced to the disk,
 * and then put into its place: nobody ever sees it half written, or open to others for a moment.
 */
public final class PrivateFile {
  private static final Set<PosixFilePermission> OWNER_ALONE =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private static final Set<PosixFilePermission> OWNER_ALONE_ENTERS =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private PrivateFile() {}

  /**
   * Makes a directory that its owner alone may enter (mode 0700), and as usual those on the way to
   * it; one that is there stays as open as it is.
   */
  public static void makeDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    // does not fail where another process was first
    Files.createDirectories(directory, attributes(directory, OWNER_ALONE_ENTERS));
  }

  /**
   * Puts a text into a file's place, whether or not one is there; directories on the way are made.
   * Durable when this returns.
   *
   * @param text written as UTF-8
   */
  public static void replace(Path file, String text) throws IOException {
    Path draft = draft(file, text);
    try {
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /**
   * Puts a text where no file is yet; directories on the way are made. Durable when this returns.
   *
   * @param text written as UTF-8
   * @return whether it was written; false where one is there, by another process for example
   */
  public static boolean writeNew(Path file, String text) throws IOException {
    Path draft = draft(file, text);
    try {
      Files.createLink(file, draft);
      return true;
    } catch (FileAlreadyExistsException anotherWasFirst) {
      return false;
    } catch (UnsupportedOperationException noHardLinksHere) {
      Files.move(draft, file);
      return true;
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static Path draft(Path file, String text) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException(file + " (expected: a file in a directory)");
    }
    Files.createDirectories(directory);
    Path draft =
        Files.createTempFile(directory, "." + file.getFileName(), ".new", attributes(directory));
    try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
      return draft;
    } catch (IOException e) {
      Files.deleteIfExists(draft);
      throw e;
    }
  }

  /** Opens a file that is its owner's alone from then on, made so where there is none. */
  public static FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
    FileChannel channel = FileChannel.open(file, options, attributes(file));
    closeToOthers(file);
    return channel;
  }

  /** With what a file is made that its owner alone may read and write. */
  public static FileAttribute<?>[] attributes(Path anywhere) {
    return attributes(anywhere, OWNER_ALONE);
  }

  private static FileAttribute<?>[] attributes(
      Path anywhere, Set<PosixFilePermission> permissions) {
    return anywhere.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }

  /** Takes a file that is there away from all but its owner. */
  public static void closeToOthers(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view != null) {
      view.setPermissions(OWNER_ALONE);
    }
  }

  /**
   * Who else may read or write a file, in the words of {@code ls -l}: {@code rw-r--r--}.
   *
   * @return empty where its owner alone may, or the file system knows no owners
   */
  public static Optional<String> openness(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return Optional.empty();
    }
    Set<PosixFilePermission> permissions = view.readAttributes().permissions();
    Set<PosixFilePermission> others = EnumSet.noneOf(PosixFilePermission.class);
    others.addAll(permissions);
    others.remove(PosixFilePermission.OWNER_EXECUTE);
    others.removeAll(OWNER_ALONE);
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(PosixFilePermissions.toString(permissions));
  }
}
