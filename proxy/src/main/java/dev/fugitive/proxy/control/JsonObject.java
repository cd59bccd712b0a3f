package dev.fugitive.proxy.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okio.ByteString;

/**
 * A JSON object (RFC 8259) from a request or an answer, whose members are asked for by name and
 * type. A member that is {@code null} is one that is not there.
 */
public final class JsonObject {
  /** An object without members. */
  public static final JsonObject EMPTY = new JsonObject(Map.of());

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxNumberLength(32)
                  .maxStringLength(1 << 20)
                  .maxNameLength(1024)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final Map<String, Object> members;

  private JsonObject(Map<String, Object> members) {
    this.members = members;
  }

  /**
   * Reads one object and nothing behind it.
   *
   * @throws IOException where the text is something else
   */
  public static JsonObject parse(ByteString text) throws IOException {
    try (JsonParser parser = FACTORY.createParser(text.toByteArray())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("JSON (expected: an object)");
      }
      JsonObject object = new JsonObject(object(parser));
      if (parser.nextToken() != null) {
        throw new IOException("JSON (expected: one object, nothing behind it)");
      }
      return object;
    }
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      if (parser.nextToken() != JsonToken.VALUE_NULL) {
        members.put(name, value(parser));
      }
    }
    return members;
  }

  /** The value at which the parser stands; a null within a list is an empty Optional. */
  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> new JsonObject(object(parser));
      case START_ARRAY -> {
        List<Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          values.add(value(parser));
        }
        yield values;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> Optional.empty();
      default -> throw new IOException("JSON (expected: a value)");
    };
  }

  /** All members, as they were read. */
  Map<String, Object> members() {
    return members;
  }

  /** This object as one line of JSON, without its end. */
  public String toJson() {
    return JsonText.write(this);
  }

  /** The members' names. */
  public Set<String> names() {
    return Set.copyOf(members.keySet());
  }

  /** A member that is a string. */
  public Optional<String> text(String name) throws ApiException {
    return member(name, String.class, "a string");
  }

  /** A member that must be there and is a string. */
  public String requireText(String name) throws ApiException {
    return text(name).orElseThrow(() -> missing(name, "a string"));
  }

  /** A member that is a whole number. */
  public Optional<Long> number(String name) throws ApiException {
    return member(name, Long.class, "a whole number");
  }

  /** A member that is a number, whole or not. */
  public Optional<Double> decimal(String name) throws ApiException {
    return member(name, Number.class, "a number").map(Number::doubleValue);
  }

  /** A member that is true or false. */
  public Optional<Boolean> truth(String name) throws ApiException {
    return member(name, Boolean.class, "true or false");
  }

  /** A member that must be there and is true or false. */
  public boolean requireTruth(String name) throws ApiException {
    return truth(name).orElseThrow(() -> missing(name, "true or false"));
  }

  /** A member that is an object. */
  public Optional<JsonObject> object(String name) throws ApiException {
    return member(name, JsonObject.class, "an object");
  }

  /** A member that is a list of objects; without it, none. */
  public List<JsonObject> objects(String name) throws ApiException {
    List<JsonObject> objects = new ArrayList<>();
    for (Object each : member(name, List.class, "a list of objects").orElse(List.of())) {
      if (!(each instanceof JsonObject object)) {
        throw ApiException.malformed(name + ": no list of objects (expected: a list of objects)");
      }
      objects.add(object);
    }
    return objects;
  }

  /** A member that is a list of strings; without it, none. */
  public List<String> texts(String name) throws ApiException {
    List<String> texts = new ArrayList<>();
    for (Object each : member(name, List.class, "a list of strings").orElse(List.of())) {
      if (!(each instanceof String text)) {
        throw ApiException.malformed(name + ": no list of strings (expected: a list of strings)");
      }
      texts.add(text);
    }
    return texts;
  }

  private <T> Optional<T> member(String name, Class<T> type, String expected) throws ApiException {
    Object value = members.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw ApiException.malformed(name + ": " + value + " (expected: " + expected + ")");
    }
    return Optional.of(type.cast(value));
  }

  private static ApiException missing(String name, String expected) {
    return ApiException.malformed(name + ": none (expected: " + expected + ")");
  }

  @Override
  public String toString() {
    return "JSON object of " + members.keySet();
  }
}
