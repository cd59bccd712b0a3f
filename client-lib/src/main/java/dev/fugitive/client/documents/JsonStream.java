package dev.fugitive.client.documents;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;

/** Reads JSON as it comes, bounded; what a reader does not know it skips. */
final class JsonStream {
  private static final int MAX_NESTING = 64;
  private static final int MAX_NAME_CHARS = 8 * 1024;

  /** A read-me inside of a document may be long; it is skipped, but held as a whole. */
  private static final int MAX_STRING_CHARS = 4 << 20;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING)
                  .maxNameLength(MAX_NAME_CHARS)
                  .maxStringLength(MAX_STRING_CHARS)
                  .maxNumberLength(400)
                  .build())
          // names are as many as packages have versions
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private JsonStream() {}

  static JsonParser parser(InputStream from) throws IOException {
    return FACTORY.createParser(from);
  }

  static JsonParser parser(String text) throws IOException {
    return FACTORY.createParser(text);
  }

  /** Takes a member whose value is the current token; leaves the parser at the value's end. */
  @FunctionalInterface
  interface Member {
    void take(String name) throws IOException;
  }

  /** Takes an element of an array, as {@link Member}. */
  @FunctionalInterface
  interface Item {
    void take() throws IOException;
  }

  /** The whole document is one object. */
  static void object(JsonParser json, Member member) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new MalformedDocumentException(
          "JSON: " + json.currentToken() + " (expected: an object)");
    }
    members(json, member);
  }

  /** The members of the object whose start is the current token. */
  static void members(JsonParser json, Member member) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      if (json.currentToken() == null) {
        throw new MalformedDocumentException("JSON: ends early");
      }
      String name = json.currentName();
      json.nextToken();
      member.take(name);
    }
  }

  /** The elements of the array whose start is the current token. */
  static void items(JsonParser json, Item item) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == null) {
        throw new MalformedDocumentException("JSON: ends early");
      }
      item.take();
    }
  }

  /** The current token's text; empty, and skipped, where it is none. */
  static String text(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return json.getText();
    }
    json.skipChildren();
    return "";
  }

  /** The current token's number; -1, and skipped, where it is no length. */
  static long length(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT
        && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      return Math.max(-1, json.getLongValue());
    }
    json.skipChildren();
    return -1;
  }
}
