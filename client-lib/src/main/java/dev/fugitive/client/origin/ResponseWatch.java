package dev.fugitive.client.origin;

import dev.fugitive.cache.http.Fields;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Follows the bytes of one HTTP/1.1 response from its first to its last (RFC 9112 section 6.3).
 *
 * <p>It knows what the parser behind it does not tell: the interim responses before the response,
 * and where the response ends. Chunks are read by the letter (section 7.1), since a lenient reading
 * of them is the usual way to hide a second response in the first.
 *
 * <p>Confined to the thread that reads the connection, {@link #isBetweenResponses} excepted.
 */
final class ResponseWatch {
  private static final int MAX_INTERIM_RESPONSES = 16;
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

  private enum Part {
    /** Nothing was expected here yet: bytes pass unseen. */
    UNWATCHED,
    HEAD,
    LENGTH,
    CHUNKS,
    UNTIL_CLOSE,
    ENDED
  }

  private volatile Part part = Part.UNWATCHED;
  private boolean toHead;
  private InterimResponses interim = (status, fields) -> {};
  private int interimResponses;
  private ResponseHeadBytes head = new ResponseHeadBytes();
  private ChunkScan chunks = new ChunkScan();
  private long remainingBytes;

  void expect(boolean headRequest, InterimResponses listener) {
    toHead = headRequest;
    interim = listener;
    interimResponses = 0;
    head = new ResponseHeadBytes();
    part = Part.HEAD;
  }

  /** Whether one response has ended and no other was asked for. */
  boolean isBetweenResponses() {
    return part == Part.ENDED;
  }

  /** Takes bytes as they came; returns how many of them, from the first, are the response's. */
  int take(byte[] bytes, int from, int count) throws IOException {
    int at = from;
    int until = from + count;
    while (at < until) {
      switch (part) {
        case UNWATCHED, UNTIL_CLOSE -> at = until;
        case ENDED -> {
          return at - from;
        }
        case HEAD -> {
          at = head.take(bytes, at, until);
          if (head.isWhole()) {
            headEnded();
          }
        }
        case LENGTH -> {
          long taken = Math.min(remainingBytes, until - at);
          remainingBytes -= taken;
          at += (int) taken;
          endIf(remainingBytes == 0);
        }
        case CHUNKS -> {
          at = chunks.take(bytes, at, until);
          endIf(chunks.isAtEnd());
        }
      }
    }
    return count;
  }

  private void endIf(boolean atEnd) {
    if (atEnd) {
      part = Part.ENDED;
    }
  }

  private void headEnded() throws IOException {
    int status = head.status();
    Fields fields = head.fields();
    if (status >= 100 && status < 200 && status != 101) {
      if (++interimResponses > MAX_INTERIM_RESPONSES) {
        throw new ProtocolException(
            "interim responses: over " + MAX_INTERIM_RESPONSES + " (the limit)");
      }
      if (status != 100) {
        interim.received(status, fields);
      }
      head = new ResponseHeadBytes();
      return;
    }
    frame(status, fields);
  }

  /** As the parser behind does it; what is ambiguous is refused there, once it has been read. */
  private void frame(int status, Fields fields) {
    String coding = last(fields, "Transfer-Encoding");
    String length = last(fields, "Content-Length");
    if (toHead || status == 204 || status == 304) {
      part = Part.ENDED;
    } else if (status == 101) {
      part = Part.UNTIL_CLOSE;
    } else if (coding.equalsIgnoreCase("chunked")) {
      chunks = new ChunkScan();
      part = Part.CHUNKS;
    } else if (coding.isEmpty() && LENGTH.matcher(length).matches()) {
      remainingBytes = Long.parseLong(length);
      part = remainingBytes == 0 ? Part.ENDED : Part.LENGTH;
    } else {
      part = Part.UNTIL_CLOSE;
    }
  }

  private static String last(Fields fields, String name) {
    List<String> values = fields.all(name);
    return values.isEmpty() ? "" : values.getLast();
  }
}
