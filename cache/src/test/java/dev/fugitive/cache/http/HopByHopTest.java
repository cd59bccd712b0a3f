package dev.fugitive.cache.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** RFC 9110 section 7.6.1. */
final class HopByHopTest {
  @Test
  void fieldsOfTheConnectionAndThoseItNamesAreRemoved() {
    Fields fields =
        Fields.of(
            "connection",
            "close, X-One",
            "CONNECTION",
            "x-two",
            "Keep-Alive",
            "5",
            "X-One",
            "1",
            "x-TWO",
            "2",
            "X-Three",
            "3",
            "TE",
            "trailers",
            "Trailer",
            "x",
            "Transfer-Encoding",
            "chunked",
            "Upgrade",
            "h2c",
            "Proxy-Connection",
            "close",
            "Proxy-Authorization",
            "x",
            "Proxy-Authenticate",
            "x");
    assertThat(HopByHop.removeFrom(fields)).isEqualTo(Fields.of("X-Three", "3"));
  }

  @Test
  void aConnectionFieldCannotTakeAwayWhatOthersRelyOn() {
    Fields fields =
        Fields.of(
            "Connection",
            "Host, Content-Length, Cache-Control, Cookie, Authorization, Via",
            "Host",
            "a",
            "Content-Length",
            "1",
            "Cache-Control",
            "no-store",
            "Cookie",
            "a=b",
            "Authorization",
            "x",
            "Via",
            "1.1 b");
    assertThat(HopByHop.removeFrom(fields)).isEqualTo(fields.without("Connection"));
  }

  @Test
  void whereThereIsNothingToRemoveTheFieldsAreTheSame() {
    Fields fields = Fields.of("Accept", "*/*");
    assertThat(HopByHop.removeFrom(fields)).isSameAs(fields);
  }
}
