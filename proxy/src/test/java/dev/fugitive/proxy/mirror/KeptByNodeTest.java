package dev.fugitive.proxy.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.NodeSettings;
import dev.fugitive.client.fetch.Stock;
import dev.fugitive.client.mirror.MirrorSource.Kind;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a mirror fetches and pins, in a real node. */
final class KeptByNodeTest {
  private final MockWebServer origin = new MockWebServer();
  private FugitiveNode node;
  private Stock stock;
  private NodeFetcher fetcher;
  private String url;

  @BeforeEach
  void start() throws IOException {
    origin.start();
    node = FugitiveNode.start(NodeSettings.inMemory().withSharing(false));
    stock = node.stock();
    fetcher =
        new NodeFetcher(
            node.asSent(), asked -> !stock.held(asked).isEmpty(), InstantSource.system());
    url = origin.url("/file").toString();
  }

  @AfterEach
  void stop() throws IOException {
    node.close();
    origin.close();
  }

  @Test
  void whatMayNotBeStoredIsNotKeptAndTheReasonIsSaid() {
    answers("one", "Cache-Control", "private");
    assertThatThrownBy(() -> fetcher.fetch(url, Optional.empty()))
        .isInstanceOf(IOException.class)
        .hasMessage("the origin forbids storing: private");
  }

  @Test
  void aPageIsNoList() {
    answers("gone", "Content-Type", "text/html");
    assertThatThrownBy(() -> fetcher.fetch(url, Optional.of(Kind.LIST)))
        .isInstanceOf(IOException.class)
        .hasMessage("a page of HTML (expected: a list)");
  }

  @Test
  void theVersionThatIsPinnedIsLetGoWhenTheNextOneIsWhoeverFetchedThat() throws IOException {
    StockPins pins = new StockPins(stock);
    ContentId one = fetch("version 1");
    pins.pin(url);
    assertThat(stock.pinnedByMirror()).containsExactly(one);
    ContentId two = fetch("version 2, by somebody else");
    pins.pin(url);
    assertThat(stock.pinnedByMirror()).containsExactly(two);
    pins.release(url);
    assertThat(stock.pinnedByMirror()).isEmpty();
  }

  @Test
  void whatWasPinnedForWhatIsNotKeptAnyMoreIsLetGoAtTheStartAndTheUsersPinsStay()
      throws IOException {
    ContentId old = fetch("version 1");
    new StockPins(stock).pin(url);
    stock.pin(url);
    ContentId now = fetch("version 2");
    new StockPins(stock).pin(url);
    StockPins restarted = new StockPins(stock);
    restarted.begin(Set.of(url));
    assertThat(stock.pinnedByMirror()).containsExactly(now);
    restarted.release(url);
    assertThat(stock.list("", true, 0, 9)).extracting(Stock.Item::content).containsExactly(old);
  }

  private ContentId fetch(String body) throws IOException {
    answers(body, "Cache-Control", "max-age=0", "ETag", '"' + body + '"');
    fetcher.fetch(url, Optional.empty());
    return stock.held(url).iterator().next();
  }

  private void answers(String body, String... fields) {
    MockResponse.Builder answer = new MockResponse.Builder().body(body);
    for (int i = 0; i < fields.length; i += 2) {
      answer.addHeader(fields[i], fields[i + 1]);
    }
    origin.enqueue(answer.build());
  }
}
