package dev.fugitive.client.documents;

import java.io.IOException;

/** A document is longer, names more or takes more time than one may. */
public final class LimitExceededException extends IOException {
  private static final long serialVersionUID = 1L;

  LimitExceededException(String message) {
    super(message);
  }

  /** There are more names than this. */
  public static LimitExceededException names(int max) {
    return new LimitExceededException("document: more than " + max + " names");
  }
}
