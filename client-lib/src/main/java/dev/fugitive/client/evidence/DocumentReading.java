package dev.fugitive.client.evidence;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.documents.Document;
import dev.fugitive.client.documents.DocumentReader;
import dev.fugitive.client.documents.Hearing;
import dev.fugitive.client.documents.LimitExceededException;
import dev.fugitive.client.documents.NamedDigest;
import dev.fugitive.client.documents.ResourceName;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;
import okio.Buffer;

/** The reading of one document while it passes. Who passes it on writes and never waits. */
public final class DocumentReading {
  /** So many names are looked through while their document is still coming. */
  private static final int MAX_EARLY_NAMES = 2000;

  private final Document document;
  private final DocumentReader reader;
  private final DocumentPipe pipe;
  private final int maxNames;
  private final DocumentFacts facts;

  @GuardedBy("this")
  private final List<NamedDigest> named = new ArrayList<>();

  // Set by the thread that writes, before it writes the end.
  private volatile boolean isWhole;

  DocumentReading(
      Document document,
      DocumentReader reader,
      DocumentFacts facts,
      DocumentPipe pipe,
      int maxNames) {
    this.document = document;
    this.reader = reader;
    this.facts = facts;
    this.pipe = pipe;
    this.maxNames = maxNames;
  }

  /** More bytes of the document, which are taken; false where no more are wanted. */
  public boolean write(Buffer bytes) {
    return pipe.write(bytes);
  }

  /**
   * The document is over.
   *
   * @param whole whether its end was seen
   */
  public void end(boolean whole) {
    isWhole = whole;
    if (counts()) {
      pipe.end();
    } else {
      pipe.abandon();
    }
  }

  Document document() {
    return document;
  }

  DocumentReader reader() {
    return reader;
  }

  DocumentPipe pipe() {
    return pipe;
  }

  DocumentFacts facts() {
    return facts;
  }

  /** Whether what was read counts now that no more comes. */
  boolean counts() {
    return isWhole || reader.countsInPart();
  }

  /** Takes what the document may say, and passes over the rest. */
  void add(NamedDigest name) throws LimitExceededException {
    HttpUrl itself = document.url();
    if (!reader.maySpeakFor(itself, name.url())) {
      return;
    }
    synchronized (this) {
      if (named.size() == maxNames) {
        throw LimitExceededException.names(maxNames);
      }
      named.add(name);
    }
  }

  synchronized List<NamedDigest> named() {
    return List.copyOf(named);
  }

  /**
   * Whether a page that is still coming has said something about a resource already; all other
   * documents count as a whole.
   */
  synchronized List<DocumentTable.Statement> saidEarly(ResourceName wanted) {
    if (reader.hearing() != Hearing.OWN_PAGES || named.size() > MAX_EARLY_NAMES) {
      return List.of();
    }
    return named.stream()
        .filter(name -> ResourceName.of(name.url()).equals(wanted))
        .map(name -> new DocumentTable.Statement(name.anyOf(), name.lengthBytes()))
        .toList();
  }

  /** Whether it may say something about what a request asks for. */
  boolean mayAnswer(Standing request) {
    return request.heeds(facts) && reader.maySpeakFor(document.url(), request.url());
  }
}
