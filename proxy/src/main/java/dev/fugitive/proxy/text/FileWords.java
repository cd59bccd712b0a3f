package dev.fugitive.proxy.text;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What failed with a file, in words: the JDK often says the file's name and nothing else. */
public final class FileWords {
  private FileWords() {}

  /** Never empty. */
  public static String of(IOException failure) {
    return switch (failure) {
      case NoSuchFileException missing -> missing.getFile() + ": there is no such file or folder";
      case AccessDeniedException denied -> denied.getFile() + ": this user may not use it";
      case NotDirectoryException file -> file.getFile() + ": a file (expected: a folder)";
      case DirectoryNotEmptyException full -> full.getFile() + ": a folder that is not empty";
      case FileAlreadyExistsException there -> there.getFile() + ": exists already";
      case FileSystemException other when other.getReason() != null ->
          other.getFile() + ": " + other.getReason();
      default ->
          failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    };
  }
}
