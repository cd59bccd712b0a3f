package dev.fugitive.client.documents;

import dev.fugitive.client.trust.EvidenceSource;
import java.io.IOException;
import java.io.InputStream;
import okhttp3.HttpUrl;

/**
 * Reads one kind of document that names digests of other resources.
 *
 * <p>A reader has no state. It trusts neither the document nor its length: what is malformed ends
 * the reading with an exception, and the streams that it is given end it where a limit is reached.
 */
public interface DocumentReader {
  /** What its digests are evidence by. */
  EvidenceSource source();

  /** Whose requests its word counts for. */
  Hearing hearing();

  /** Whether a document looks like this kind, by its head and name. */
  boolean reads(Document document);

  /** Whether a document of this kind may speak about a resource, wherever it is named. */
  boolean maySpeakFor(HttpUrl document, HttpUrl resource);

  /** Whether what was read of a document counts although its end never came. */
  default boolean countsInPart() {
    return false;
  }

  /**
   * Reads a document.
   *
   * @param content without its content coding; may end early with an exception
   * @param names takes what is named, also what the document may not speak for
   * @throws IOException where the document is not what it looked like, or a limit is reached
   */
  void read(Document document, InputStream content, Names names) throws IOException;

  /** Takes what a document names. */
  interface Names {
    /**
     * Takes one statement.
     *
     * @throws LimitExceededException where there were too many
     */
    void add(NamedDigest named) throws LimitExceededException;
  }
}
