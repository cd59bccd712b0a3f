package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.Exchange.after;
import static dev.fugitive.cache.http.Exchange.date;
import static dev.fugitive.cache.http.Exchange.get;
import static dev.fugitive.cache.http.Exchange.response;
import static dev.fugitive.cache.http.Exchange.stored;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ServedHeadTest {
  private static CacheDecision decide(RequestHead request, StoredResponse stored) {
    return CachePolicy.decide(request, List.of(stored), after(10));
  }

  @Test
  void aWholeResponseIsSentAsItCameWithAgeLengthAndStatus() {
    StoredResponse stored =
        stored("Date", date(0), "Cache-Control", "max-age=60", "Age", "1", "X", "1", "X", "2");
    assertThat(((CacheDecision.Serve) decide(get(), stored)).head())
        .isEqualTo(
            new ResponseHead(
                200,
                "",
                Fields.of(
                    "Date",
                    date(0),
                    "Cache-Control",
                    "max-age=60",
                    "X",
                    "1",
                    "X",
                    "2",
                    "Age",
                    "11",
                    "Content-Length",
                    "1000",
                    "Cache-Status",
                    "Fugitive; hit; ttl=49")));
  }

  @Test
  void aPartSaysWhichOneItIs() {
    ResponseHead head =
        ((CacheDecision.Serve)
                decide(get("Range", "bytes=10-19"), stored("Cache-Control", "max-age=60")))
            .head();
    assertThat(head.status()).isEqualTo(206);
    assertThat(head.fields().all("Content-Range")).containsExactly("bytes 10-19/1000");
    assertThat(head.fields().all("Content-Length")).containsExactly("10");
  }

  @Test
  void aRangeBeyondTheEndIsToldTheLength() {
    CacheDecision decision =
        decide(get("Range", "bytes=1000-"), stored("Cache-Control", "max-age=60"));
    assertThat(decision)
        .isInstanceOfSatisfying(
            CacheDecision.Unsatisfiable.class,
            none -> {
              assertThat(none.head().status()).isEqualTo(416);
              assertThat(none.head().fields().first("Content-Range")).contains("bytes */1000");
            });
  }

  @Test
  void a304CarriesWhatItMustAndNoMore() {
    StoredResponse stored =
        stored(
            "Date",
            date(0),
            "Cache-Control",
            "max-age=60",
            "ETag",
            "\"a\"",
            "Vary",
            "Accept",
            "Expires",
            date(60),
            "Content-Location",
            "/a",
            "Last-Modified",
            date(-5),
            "Content-Type",
            "text/plain",
            "Content-Encoding",
            "gzip",
            "X",
            "1");
    ResponseHead head =
        ((CacheDecision.ServeNotModified) decide(get("If-None-Match", "\"a\""), stored)).head();
    assertThat(head.status()).isEqualTo(304);
    assertThat(head.fields().lines())
        .extracting(Fields.Field::name)
        .containsExactly(
            "Date",
            "Cache-Control",
            "ETag",
            "Vary",
            "Expires",
            "Content-Location",
            "Age",
            "Cache-Status");
  }

  @Test
  void a304WithoutEntityTagTellsTheDateOfModification() {
    StoredResponse stored = stored("Cache-Control", "max-age=60", "Last-Modified", date(-5));
    ResponseHead head =
        ((CacheDecision.ServeNotModified) decide(get("If-Modified-Since", date(-5)), stored))
            .head();
    assertThat(head.fields().first("Last-Modified")).contains(date(-5));
  }

  @Test
  void anAnswerWithoutContentHasNoLength() {
    StoredResponse stored = stored(get(), response(204, "Cache-Control", "max-age=60"));
    assertThat(((CacheDecision.Serve) decide(get(), stored)).head().fields().has("Content-Length"))
        .isFalse();
  }

  @Test
  void onlyIfCachedWithoutAnythingCachedIsATimeout() {
    CacheDecision decision =
        CachePolicy.decide(get("Cache-Control", "only-if-cached"), List.of(), after(0));
    assertThat(decision)
        .isInstanceOfSatisfying(
            CacheDecision.Unsatisfiable.class,
            none -> {
              assertThat(none.head().status()).isEqualTo(504);
              assertThat(none.head().fields().first("Cache-Status"))
                  .contains("Fugitive; fwd=uri-miss; detail=only-if-cached");
            });
  }
}
