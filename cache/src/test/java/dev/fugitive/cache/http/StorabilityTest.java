package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.Exchange.T0;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StorabilityTest {
  private static Fields fields(String text) {
    return text == null
        ? Fields.EMPTY
        : Fields.of(
            Arrays.stream(text.split("\\|"))
                .flatMap(line -> Arrays.stream(line.split(":", 2)))
                .map(String::strip)
                .toArray(String[]::new));
  }

  @ParameterizedTest(name = "{0} [{1}] answered {2} [{3}]: {4}")
  @CsvSource(
      nullValues = "-",
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          # RFC 9111 section 3
          GET;  -; 200; Cache-Control: max-age=60; -
          GET;  -; 200; Cache-Control: s-maxage=60; -
          GET;  -; 200; Expires: Sun, 01 Mar 2026 13:00:00 GMT; -
          GET;  -; 200; ETag: "a"; -
          GET;  -; 200; Last-Modified: Sun, 01 Feb 2026 13:00:00 GMT; -
          GET;  -; 200; Cache-Control: no-cache | ETag: "a"; -
          GET;  -; 404; Cache-Control: max-age=60; -
          GET;  -; 302; Cache-Control: max-age=60; -
          GET;  -; 599; Cache-Control: max-age=60; -
          GET;  -; 302; ETag: "a"; no-freshness-or-validator
          GET;  -; 302; Cache-Control: public | ETag: "a"; -
          GET;  -; 200; -; no-freshness-or-validator
          GET;  -; 200; Cache-Control: max-age=0; no-freshness-or-validator
          GET;  -; 200; Expires: 0; no-freshness-or-validator
          GET;  -; 200; Cache-Control: max-age=0, stale-while-revalidate=9; -
          HEAD; -; 200; Cache-Control: max-age=60; method
          POST; -; 200; Cache-Control: max-age=60; method
          GET;  -; 101; Cache-Control: max-age=60; status
          GET;  -; 206; Cache-Control: max-age=60; partial
          GET;  -; 200; Cache-Control: max-age=60 | Content-Range: bytes 0-1/2; partial
          GET;  -; 200; Cache-Control: max-age=60 | Content-Range: pages 3; -
          GET;  -; 304; Cache-Control: max-age=60; not-modified
          # section 5.2.2.3
          GET;  -; 200; Cache-Control: max-age=60, must-understand, no-store; -
          GET;  -; 599; Cache-Control: max-age=60, must-understand, no-store; status
          GET;  -; 599; Cache-Control: max-age=60, must-understand; status
          # sections 5.2.1.5, 5.2.2.5, 5.2.2.7
          GET;  Cache-Control: no-store; 200; Cache-Control: max-age=60; no-store
          GET;  -; 200; Cache-Control: max-age=60, no-store; no-store
          GET;  -; 200; Cache-Control: max-age=60, private; private
          GET;  -; 200; Cache-Control: max-age=60, private="x"; private
          # section 3.5
          GET;  Authorization: x; 200; Cache-Control: max-age=60; authorization
          GET;  Authorization: x; 200; Cache-Control: max-age=60, public; -
          GET;  Authorization: x; 200; Cache-Control: s-maxage=60; -
          GET;  Authorization: x; 200; Cache-Control: max-age=60, must-revalidate; -
          GET;  Cookie: a=b; 200; Cache-Control: max-age=60; -
          # what a strict shared cache adds
          GET;  -; 200; Cache-Control: max-age=60 | Set-Cookie: a=b; set-cookie
          GET;  -; 200; Cache-Control: max-age=60 | Vary: *; vary
          GET;  -; 200; Cache-Control: max-age=60 | Vary: Accept, *; vary
          GET;  -; 200; Cache-Control: max-age=60 | Vary: Cookie; vary
          GET;  -; 200; Cache-Control: max-age=60 | Vary: accept, AUTHORIZATION; vary
          GET;  -; 200; Cache-Control: max-age=60 | Vary: Accept; -
          GET;  X-Forwarded-Host: evil; 200; Cache-Control: max-age=60; unkeyed-request-field
          GET;  X-Original-URL: /b; 200; Cache-Control: max-age=60; unkeyed-request-field
          GET;  X-HTTP-Method-Override: POST; 200; Cache-Control: max-age=60; unkeyed-request-field
          GET;  X-Forwarded-Proto: http; 200; Cache-Control: max-age=60 | Vary: X-Forwarded-Proto; -
          GET;  X-Forwarded-For: 1.2.3.4; 200; Cache-Control: max-age=60; -
          GET;  -; 200; Cache-Control: max-age=60 | Set-Cookie2: a=b; -
          # an error that the request may have brought about
          GET;  X-Small: a; 400; Cache-Control: max-age=60; -
          GET;  Accept: text/html; 405; Last-Modified: Sun, 01 Feb 2026 13:00:00 GMT; -
          GET;  -; 414; Last-Modified: Sun, 01 Feb 2026 13:00:00 GMT; -
          GET;  -; 501; Last-Modified: Sun, 01 Feb 2026 13:00:00 GMT; -
          GET;  -; 400; Last-Modified: Sun, 01 Feb 2026 13:00:00 GMT; no-freshness-or-validator
          GET;  X-Odd: caf\u00e9; 400; Cache-Control: max-age=60; error-by-request
          GET;  Expect: x; 400; Cache-Control: max-age=60; error-by-request
          GET;  Content-Type: x; 400; Cache-Control: max-age=60; error-by-request
          GET;  Range: bytes=0-; 501; Cache-Control: max-age=60; error-by-request
          GET;  X-HTTP-Method: PUT; 405; Cache-Control: max-age=60 | Vary: X-HTTP-Method; error-by-request
          GET;  -; 408; Cache-Control: max-age=60; error-by-request
          GET;  -; 431; Cache-Control: max-age=60; error-by-request
          # RFC 9110 section 9.3.3
          POST; -; 200; Cache-Control: max-age=60 | Content-Location: /a; -
          POST; -; 200; Cache-Control: max-age=60 | Content-Location: HTTP://EXAMPLE.com:80/a; -
          POST; -; 200; Cache-Control: max-age=60 | Content-Location: /b; method
          POST; -; 200; Cache-Control: max-age=60 | Content-Location: http://other.com/a; method
          POST; -; 200; ETag: "a" | Content-Location: /a; method
          POST; -; 201; Cache-Control: max-age=60 | Content-Location: /a; method
          POST; -; 200; Cache-Control: max-age=60, private | Content-Location: /a; private
          PUT;  -; 200; Cache-Control: max-age=60 | Content-Location: /a; method
          GET;  -; 200; Cache-Control: max-age=60 | Content-Length: 1 | Content-Length: 2; conflicting-lengths
          GET;  -; 200; Cache-Control: max-age=60 | Content-Length: 1 | Content-Length: 1; -
          """)
  void aSharedCacheStoresOnlyWhatItMay(
      String method, String request, int status, String response, String refusal) {
    Storability decided =
        Storability.mayStore(
            new RequestHead(method, Exchange.URL, fields(request)),
            new ResponseHead(status, "", fields(response)),
            T0);
    assertThat(decided)
        .isEqualTo(
            refusal == null
                ? new Storability.Storable()
                : new Storability.NotStorable(reason(refusal)));
  }

  @Test
  void anErrorAnsweringALongHeaderIsNotStored() {
    int allowed = OrdinaryRequest.MAX_FIELD_BYTES - "X".length();
    assertThat(storesErrorOf(Exchange.get("X", "a".repeat(allowed)))).isTrue();
    assertThat(storesErrorOf(Exchange.get("X", "a".repeat(allowed + 1)))).isFalse();
    assertThat(storesErrorOf(Exchange.get("X", "a".repeat(allowed), "Y", ""))).isFalse();
  }

  private static boolean storesErrorOf(RequestHead request) {
    ResponseHead error = Exchange.response(400, "Cache-Control", "max-age=60");
    return Storability.mayStore(request, error, T0) instanceof Storability.Storable;
  }

  private static Storability.Reason reason(String token) {
    return Arrays.stream(Storability.Reason.values())
        .filter(reason -> reason.token().equals(token))
        .findFirst()
        .orElseThrow();
  }
}
