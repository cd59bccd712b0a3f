package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.index.RepresentationIndex;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.MemoryTier;
import dev.fugitive.cache.store.OrderedFill;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.routing.HoldingItem;
import dev.fugitive.client.routing.HoldingsSource;
import dev.fugitive.client.routing.ResourceAnswers.Vouched;
import dev.fugitive.client.trust.HostPattern;
import dev.fugitive.client.trust.SharingRules;
import dev.fugitive.client.trust.TrustOrigins;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedHoldingsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final ResourceKey RESOURCE = ResourceKey.primary("GET", "https://cdn.example/a");
  private static final ByteString VOUCHER = ByteString.encodeUtf8("voucher");

  private final ContentStore contents = MemoryTier.open(1 << 20);
  private final RepresentationIndex index = RepresentationIndex.inMemory(1 << 20);
  private final Set<ResourceKey> told = new HashSet<>();
  private ContentId content;

  @BeforeEach
  void start() throws IOException {
    try (OrderedFill fill = contents.fillInOrder(5)) {
      fill.write(new Buffer().writeUtf8("hello"));
      content = fill.finish().orElseThrow().id();
    }
  }

  @AfterEach
  void close() throws IOException {
    index.close();
    contents.close();
  }

  // after a restart

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // url, trusted now, excluded now, offered
        "https://cdn.example/a, -, -, true",
        "http://cdn.example/a, -, -, false",
        "http://cdn.example/a, cdn.example, -, true",
        "http://cdn.example/a, cdn.example:80, -, true",
        "http://cdn.example/a, cdn.example:81, -, false",
        "http://cdn.example/a, other.example, -, false",
        "https://cdn.example/a, -, cdn.example, false",
        "http://cdn.example/a, cdn.example, cdn.example, false",
        "https://wiki.corp/a, -, -, false",
        "https://10.0.0.1/a, -, -, false",
        "https://10.0.0.1/a, 10.0.0.1, -, true"
      })
  void whatWasVouchedForIsOfferedAsFarAsTheRulesOfThisRunAllow(
      String url, String trusted, String excluded, boolean offered) throws IOException {
    index.put(stored(url, "Cache-Control", "max-age=60").withVoucher(VOUCHER));
    SharedHoldings holdings =
        SharedHoldings.of(contents, index, DecodedDigests.inMemory(), rules(trusted, excluded));

    assertThat(holdings.mayGive(content)).isEqualTo(offered);
    assertThat(holdings.items().isEmpty()).isEqualTo(!offered);
    assertThat(holdings.vouchersFor(ResourceKey.primary("GET", url)))
        .isEqualTo(offered ? List.of(new Vouched(VOUCHER, content)) : List.of());
  }

  @Test
  void whatWasNeverVouchedForIsNotOfferedAfterARestart() throws IOException {
    index.put(stored("https://cdn.example/a", "Cache-Control", "max-age=60"));

    assertThat(
            SharedHoldings.of(contents, index, DecodedDigests.inMemory(), SharingRules.DEFAULT)
                .items())
        .isEmpty();
  }

  // while it is on its way

  @ParameterizedTest
  @ValueSource(strings = {"private", "no-store"})
  void whatIsNotEverybodysIsNotOfferedWhileItComes(String directive) throws IOException {
    assertThat(offeredPartly(stored("https://cdn.example/a", "Cache-Control", directive), true))
        .isFalse();
  }

  @Test
  void onlyWhatHasAVoucherIsOfferedWhileItComes() throws IOException {
    StoredResponse stored = stored("https://cdn.example/a", "Cache-Control", "max-age=60");
    assertThat(offeredPartly(stored, true)).isTrue();
    assertThat(offeredPartly(stored, false)).isFalse();
  }

  @Test
  void whatIsExpectedIsToldOfUntilItIsClearThatItDoesNotCome() {
    SharedHoldings holdings = watched();
    Runnable one = holdings.expect(RESOURCE);
    Runnable other = holdings.expect(RESOURCE);
    assertThat(told).containsExactly(RESOURCE);
    assertThat(holdings.arrivalOf(RESOURCE)).isPresent();
    assertThat(holdings.items()).containsExactly(new HoldingItem.OfResource(RESOURCE));

    one.run();
    assertThat(told).containsExactly(RESOURCE);
    other.run();
    assertThat(told).isEmpty();
    assertThat(holdings.arrivalOf(RESOURCE)).isEmpty();
    assertThat(holdings.items()).isEmpty();
  }

  @Test
  void whatHasComeStaysWhenNothingMoreIsExpected() {
    SharedHoldings holdings = watched();
    Runnable settled = holdings.expect(RESOURCE);
    holdings.offer(vouched(), Set.of());
    settled.run();
    assertThat(told).containsExactly(RESOURCE);
  }

  /** The store may evict an old body of a resource to make room for the new one. */
  @Test
  void whatIsExpectedStaysWhereAnOldBodyOfItGoes() {
    SharedHoldings holdings = watched();
    holdings.offer(vouched(), Set.of());
    Runnable settled = holdings.expect(RESOURCE);
    holdings.withdraw(content);
    assertThat(told).containsExactly(RESOURCE);
    settled.run();
    assertThat(told).isEmpty();
  }

  private StoredResponse vouched() {
    return stored("https://cdn.example/a", "Cache-Control", "max-age=60").withVoucher(VOUCHER);
  }

  /** Resources that were told of and not taken back are in {@link #told}. */
  private SharedHoldings watched() {
    SharedHoldings holdings =
        SharedHoldings.of(contents, index, DecodedDigests.inMemory(), SharingRules.DEFAULT);
    holdings.listen(
        new HoldingsSource.Listener() {
          @Override
          public void onAdded(HoldingItem item) {
            if (item instanceof HoldingItem.OfResource(ResourceKey resource)) {
              told.add(resource);
            }
          }

          @Override
          public void onRemoved(HoldingItem item) {
            if (item instanceof HoldingItem.OfResource(ResourceKey resource)) {
              told.remove(resource);
            }
          }
        });
    return holdings;
  }

  private boolean offeredPartly(StoredResponse believed, boolean vouched) {
    SharedHoldings holdings =
        SharedHoldings.of(contents, index, DecodedDigests.inMemory(), SharingRules.DEFAULT);
    Library library =
        new Library(
            contents,
            index,
            holdings,
            new SharingJudge(Identity.generate(), SharingRules.DEFAULT, InstantSource.fixed(NOW)),
            DecodedDigests.inMemory());
    library.offerPartly(vouched ? believed.withVoucher(VOUCHER) : believed, false);
    return holdings.mayGive(believed.content());
  }

  private StoredResponse stored(String url, String... fields) {
    return StoredResponse.of(
        new RequestHead("GET", url, Fields.EMPTY),
        new ResponseHead(200, "OK", Fields.of(fields)),
        NOW,
        NOW,
        content);
  }

  private static SharingRules rules(String trusted, String excluded) {
    return new SharingRules(
        trusted == null ? TrustOrigins.NONE : TrustOrigins.parse(List.of(trusted)),
        excluded == null ? List.of() : List.of(HostPattern.parse(excluded)));
  }
}
