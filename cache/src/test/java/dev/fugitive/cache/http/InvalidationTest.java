package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.Exchange.URL;
import static dev.fugitive.cache.http.Exchange.request;
import static dev.fugitive.cache.http.Exchange.response;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 section 4.4. */
final class InvalidationTest {
  @ParameterizedTest
  @CsvSource({
    "POST,200,true", "PUT,204,true", "DELETE,302,true", "PATCH,200,true", "UNKNOWN,200,true",
    "POST,400,false", "POST,500,false", "GET,200,false", "HEAD,200,false", "OPTIONS,200,false",
    "PROPFIND,207,false"
  })
  void aSuccessfulUnsafeMethodInvalidatesItsTarget(String method, int status, boolean expected) {
    assertThat(Invalidation.urls(request(method), response(status)).contains(URL))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/b,http://example.com/b",
    "b?c,http://example.com/b?c",
    "?c,http://example.com/a?c",
    "HTTP://EXAMPLE.com:80/b,http://example.com/b",
    "//example.com/b,http://example.com/b"
  })
  void whatLocationNamesOnTheSameOriginIsInvalidatedToo(String location, String url) {
    assertThat(Invalidation.urls(request("POST"), response(201, "Location", location)))
        .containsExactly(URL, url);
    assertThat(Invalidation.urls(request("POST"), response(201, "Content-Location", location)))
        .containsExactly(URL, url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://other.com/b",
        "https://example.com/b",
        "http://example.com:8080/b",
        "//other.com/b",
        "http://",
        "%",
        "http://example.com:80@other.com/",
        "\u0000"
      })
  void anotherOriginIsNeverInvalidated(String location) {
    assertThat(Invalidation.urls(request("POST"), response(201, "Location", location)))
        .containsExactly(URL);
  }

  @Test
  void keysAreThoseOfTheStoredResponses() {
    assertThat(Invalidation.keys(request("POST"), response(200)))
        .containsExactly(ResourceKey.primary("GET", URL));
  }
}
