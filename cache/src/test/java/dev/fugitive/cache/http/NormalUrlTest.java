package dev.fugitive.cache.http;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 3986 section 6.2. */
final class NormalUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          HTTP://Example.COM/Path?Query     | http://example.com/Path?Query
          http://example.com                | http://example.com/
          http://example.com?q              | http://example.com/?q
          http://example.com#f              | http://example.com/
          http://example.com/a#f?x          | http://example.com/a
          http://example.com:80/            | http://example.com/
          http://example.com:/              | http://example.com/
          https://example.com:443/          | https://example.com/
          http://example.com:443/           | http://example.com:443/
          http://example.com/%c3%a9%2f%7e   | http://example.com/%C3%A9%2F%7E
          http://example.com/?a=%3d&b=%zz%4 | http://example.com/?a=%3D&b=%zz%4
          http://[2001:DB8::1]:80/          | http://[2001:db8::1]/
          http://[2001:DB8::1]/             | http://[2001:db8::1]/
          http://User:Pass@EXAMPLE.com:80/  | http://User:Pass@example.com/
          """)
  void urlsThatNameTheSameHaveOneSpelling(String url, String normal) {
    assertThat(NormalUrl.of(url)).isEqualTo(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/b?z=1&a=2",
        "http://example.com/a/../b",
        "http://example.com/a//b",
        "http://example.com/%41",
        "http://example.com/a?",
        "http://example.com./",
        "not a url"
      })
  void whatMayNameSomethingElseIsLeftAlone(String url) {
    assertThat(NormalUrl.of(url)).isEqualTo(url);
  }

  @Property(tries = 2000, seed = "2026")
  void normalisingTwiceIsNormalisingOnce(@ForAll String text) {
    String once = NormalUrl.of("HTTP://" + text);
    assertThat(NormalUrl.of(once)).isEqualTo(once);
  }
}
