package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.Exchange.T0;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
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
          GET;  -; 400; Cache-Control: max-age=60; error-by-request
          GET;  -; 431; Cache-Control: max-age=60; error-by-request
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

  private static Storability.Reason reason(String token) {
    return Arrays.stream(Storability.Reason.values())
        .filter(reason -> reason.token().equals(token))
        .findFirst()
        .orElseThrow();
  }
}
