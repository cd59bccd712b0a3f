package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.trust.FugitiveSource;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of a fetch that failed. */
class FetchEndTest {
  private final List<FetchSummary> told = new ArrayList<>();
  private final FetchListener listener =
      new FetchListener() {
        @Override
        public void fetchEnd(long fetchId, FetchSummary summary) {
          told.add(summary);
        }
      };
  private final FetchEnd end =
      new FetchReports(listener, InstantSource.system())
          .start(
              new RequestHead("GET", "http://a.example/", Fields.EMPTY),
              () -> new FugitiveSource(Map.of(), Optional.empty()));

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new IOException("no route"), "no route"),
        Arguments.of(new IOException(), "IOException"),
        Arguments.of(
            new IOException("end of stream on http://u:secret@a.example/x"),
            "end of stream on http://a.example/x"),
        Arguments.of(
            new IllegalArgumentException("Unexpected char in X-Key value: secret"),
            "IllegalArgumentException"),
        Arguments.of(new UnknownHostException("a.example"), "a.example: no address for this host"),
        Arguments.of(
            new UnknownHostException("a.example: Name or service not known"),
            "a.example: Name or service not known"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureIsToldInItsWordsWithoutSecrets(Exception failure, String words) {
    end.failed(0, failure);
    assertThat(told)
        .singleElement()
        .extracting(FetchSummary::failure)
        .isEqualTo(Optional.of(words));
  }

  @Test
  void oneEndIsTold() {
    end.tell(200, FetchSummary.End.COMPLETE);
    end.failed(200, new IOException("late"));
    assertThat(told).singleElement().extracting(FetchSummary::failure).isEqualTo(Optional.empty());
  }
}
