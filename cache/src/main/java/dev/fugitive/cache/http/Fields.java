package dev.fugitive.cache.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Header fields in order, names compared without regard to case (RFC 9110 section 5). */
public record Fields(List<Field> lines) {
  /** No fields. */
  public static final Fields EMPTY = new Fields(List.of());

  /** One field line. */
  public record Field(String name, String value) {}

  public Fields {
    lines = List.copyOf(lines);
  }

  /** Fields from alternating names and values. */
  public static Fields of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "names and values: " + namesAndValues.length + " (expected: an even number)");
    }
    List<Field> lines = new ArrayList<>(namesAndValues.length / 2);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      lines.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new Fields(lines);
  }

  /** The value of the first line with this name. */
  public Optional<String> first(String name) {
    for (Field line : lines) {
      if (line.name().equalsIgnoreCase(name)) {
        return Optional.of(line.value());
      }
    }
    return Optional.empty();
  }

  /** The values of all lines with this name, in order. */
  public List<String> all(String name) {
    List<String> values = List.of();
    for (Field line : lines) {
      if (line.name().equalsIgnoreCase(name)) {
        if (values.isEmpty()) {
          values = new ArrayList<>(2);
        }
        values.add(line.value());
      }
    }
    return List.copyOf(values);
  }

  /** Whether a line with this name is there. */
  public boolean has(String name) {
    for (Field line : lines) {
      if (line.name().equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  /** These fields with every line of this name replaced by one at the end. */
  public Fields with(String name, String value) {
    List<Field> changed = new ArrayList<>(lines.size() + 1);
    for (Field line : lines) {
      if (!line.name().equalsIgnoreCase(name)) {
        changed.add(line);
      }
    }
    changed.add(new Field(name, value));
    return new Fields(changed);
  }

  /** These fields without any line of this name. */
  public Fields without(String name) {
    if (!has(name)) {
      return this;
    }
    return new Fields(lines.stream().filter(line -> !line.name().equalsIgnoreCase(name)).toList());
  }
}
