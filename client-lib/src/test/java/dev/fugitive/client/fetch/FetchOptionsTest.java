package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a program can want of one request. */
class FetchOptionsTest {
  private static final ByteString BODY = TestNodes.body(2_000_000);

  private final MockWebServer origin = new MockWebServer();
  private FugitiveNode node;

  @BeforeEach
  void start() throws IOException {
    origin.enqueue(
        new MockResponse.Builder()
            .addHeader("Cache-Control", "max-age=60")
            .body(new Buffer().write(BODY))
            .build());
    origin.start();
    node = LoneNode.start();
  }

  @AfterEach
  void close() throws IOException {
    node.close();
    origin.close();
  }

  @Test
  void theDigestThatIsAskedForIsChecked() throws IOException {
    Request good =
        FetchOptions.NONE.withIntegrity("sha256-" + BODY.sha256().base64()).on(request());
    assertThat(fetch(good)).isEqualTo(BODY);

    Request wrong =
        FetchOptions.NONE
            .withIntegrity("sha256-" + ByteString.EMPTY.sha256().base64())
            .on(request());
    assertThatThrownBy(() -> fetch(wrong)).isInstanceOf(IntegrityException.class);
  }

  @Test
  void aDigestThatNobodyCanCheckIsRefusedAtOnce() {
    assertThatThrownBy(() -> FetchOptions.NONE.withIntegrity("md5-abc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("md5-abc");
  }

  @Test
  void aListenerHearsOfItsOwnRequestsAlone() throws IOException {
    Ear ear = new Ear();
    Request heard = FetchOptions.NONE.withListener(ear).on(request());
    fetch(heard);
    fetch(request());

    assertThat(ear.starts).hasSize(1);
    assertThat(ear.statuses).containsExactly(200);
    assertThat(ear.ends).hasSize(1);
    assertThat(ear.ends.getFirst().end()).isEqualTo(FetchSummary.End.COMPLETE);
    assertThat(ear.ends.getFirst().source().from(Provenance.ORIGIN)).isEqualTo(BODY.size());
    assertThat(ear.progress).hasSizeBetween(6, 7);
    assertThat(ear.progress)
        .extracting(FetchProgress::bytesRead)
        .isSorted()
        .allMatch(read -> read >= FetchListener.PROGRESS_BYTES && read <= BODY.size());
    assertThat(ear.progress)
        .allSatisfy(progress -> {
          assertThat(progress.lengthBytes()).isEqualTo(OptionalLong.of(BODY.size()));
          assertThat(progress.source().from(Provenance.ORIGIN))
              .isGreaterThanOrEqualTo(progress.bytesRead());
        });
  }

  private ByteString fetch(Request request) throws IOException {
    try (Response response = node.client().newCall(request).execute()) {
      return response.body().byteString();
    }
  }

  private Request request() {
    return new Request.Builder().url(origin.url("/a")).build();
  }

  /** Writes down what it hears. */
  private static final class Ear implements FetchListener {
    private final List<RequestHead> starts = new CopyOnWriteArrayList<>();
    private final List<Integer> statuses = new CopyOnWriteArrayList<>();
    private final List<FetchProgress> progress = new CopyOnWriteArrayList<>();
    private final List<FetchSummary> ends = new CopyOnWriteArrayList<>();

    @Override
    public void fetchStart(long fetchId, RequestHead request) {
      starts.add(request);
    }

    @Override
    public void responseReady(long fetchId, int status) {
      statuses.add(status);
    }

    @Override
    public void bodyProgress(long fetchId, FetchProgress soFar) {
      progress.add(soFar);
    }

    @Override
    public void fetchEnd(long fetchId, FetchSummary summary) {
      ends.add(summary);
    }
  }
}
