package dev.fugitive.proxy.control;

import java.util.Map;
import java.util.Optional;

/**
 * What was asked.
 *
 * @param query the parameters of the URL, decoded; of several with one name the first
 * @param body of a POST; empty for a GET
 */
public record ApiRequest(Map<String, String> query, JsonObject body) {
  public ApiRequest {
    query = Map.copyOf(query);
  }

  /** A parameter of the URL. */
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name));
  }

  /**
   * A parameter of the URL that must be there.
   *
   * @param expected what it looks like, for the refusal
   */
  public String require(String name, String expected) throws ApiException {
    return parameter(name)
        .orElseThrow(() -> ApiException.malformed(name + ": none (expected: " + expected + ")"));
  }

  /** A parameter of the URL that is a number from 0 to a limit. */
  public int number(String name, int otherwise, int max) throws ApiException {
    String text = parameter(name).orElse(Integer.toString(otherwise));
    if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > max) {
      throw ApiException.malformed(name + ": " + text + " (expected: 0 to " + max + ")");
    }
    return Integer.parseInt(text);
  }
}
