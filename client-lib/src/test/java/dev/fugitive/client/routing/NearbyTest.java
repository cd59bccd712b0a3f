package dev.fugitive.client.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.WireLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import okio.ByteString;
import org.junit.jupiter.api.Test;

/** Filters of peers' peers: as they are passed on, and as they are known then. */
class NearbyTest {
  private static final ByteString SALT = ByteString.encodeUtf8("0123456789abcdef");

  private final PeerHoldings between = new PeerHoldings(() -> 0);
  private final Neighbours known = new Neighbours(() -> 0);
  private OwnHoldings.Cursor cursor = OwnHoldings.Cursor.START;

  @Test
  void aFilterIsPassedOnWithWhatWasSetInItSince() throws Exception {
    OwnHoldings maker = new OwnHoldings(SALT);
    maker.add(item(1));
    OwnHoldings.Cursor made = tell(maker, OwnHoldings.Cursor.START);
    passOn(3);
    assertThat(known.best(item(1), Set.of()))
        .hasValueSatisfying(hit -> assertThat(hit.neighbour()).isEqualTo(3));
    assertThat(known.best(item(2), Set.of())).isEmpty();

    maker.add(item(2));
    tell(maker, made);
    assertThat(passOn(3)).allMatch(PeerMessage.NearbyDelta.class::isInstance);
    assertThat(known.best(item(2), Set.of())).isPresent();
    assertThat(passOn(3)).isEmpty();
  }

  @Test
  void whoseFilterIsKnownFirstHandIsNotCountedTwice() throws Exception {
    OwnHoldings maker = new OwnHoldings(SALT);
    maker.add(item(1));
    tell(maker, OwnHoldings.Cursor.START);
    passOn(0);
    assertThat(known.best(item(1), Set.of(SALT))).isEmpty();
  }

  @Test
  void whoIsGoneIsForgotten() throws Exception {
    OwnHoldings maker = new OwnHoldings(SALT);
    maker.add(item(1));
    tell(maker, OwnHoldings.Cursor.START);
    passOn(0);
    known.take(new PeerMessage.NearbyGone(0));
    assertThat(known.count()).isZero();
    assertThatThrownBy(() ->
            known.take(
                new PeerMessage.NearbyDelta(0, new PeerMessage.HoldingsDelta(1, List.of(1)))))
        .isInstanceOf(PeerHoldings.Violation.class);
  }

  @Test
  void afterManyChangesTheWholeFilterIsShorter() throws Exception {
    HoldingsFilter large = HoldingsFilter.forEntries(SALT, 10_000);
    take(FilterMessages.whole(0, large));
    passOn(0);
    List<Integer> positions = new ArrayList<>();
    for (int position = 0; position < 20_000; position++) {
      positions.add(position);
    }
    take(FilterMessages.deltas(0, positions, 0));
    assertThat(passOn(0)).allMatch(PeerMessage.Nearby.class::isInstance).hasSize(1);
  }

  @Test
  void whatAllFiltersTakeTogetherIsBounded() {
    ByteString part = ByteString.of(new byte[WireLimits.FILTER_PART_BYTES]);
    assertThatThrownBy(
            () -> {
              for (int neighbour = 0; neighbour <= WireLimits.MAX_NEIGHBOUR; neighbour++) {
                for (int index = 0; index < 2; index++) {
                  known.take(
                      new PeerMessage.Nearby(
                          neighbour, new PeerMessage.Holdings(1, index, 2, SALT, 7, part)));
                }
              }
            })
        .isInstanceOf(PeerHoldings.Violation.class)
        .hasMessageContaining("expected: at most 524288");
  }

  private OwnHoldings.Cursor tell(OwnHoldings maker, OwnHoldings.Cursor from) throws Exception {
    OwnHoldings.Update update = maker.awaitUpdate(from);
    take(update.messages());
    return update.cursor();
  }

  private void take(List<PeerMessage> messages) throws Exception {
    for (PeerMessage message : messages) {
      between.take(message);
    }
  }

  private List<PeerMessage> passOn(int neighbour) throws Exception {
    OwnHoldings.Update update = between.since(cursor);
    cursor = update.cursor();
    List<PeerMessage> passed = new ArrayList<>();
    for (PeerMessage message : update.messages()) {
      switch (message) {
        case PeerMessage.Holdings part -> {
          PeerMessage.Nearby nearby = new PeerMessage.Nearby(neighbour, part);
          known.take(nearby);
          passed.add(nearby);
        }
        case PeerMessage.HoldingsDelta delta -> {
          PeerMessage.NearbyDelta nearby = new PeerMessage.NearbyDelta(neighbour, delta);
          known.take(nearby);
          passed.add(nearby);
        }
        default -> throw new AssertionError(message);
      }
    }
    return passed;
  }

  private static HoldingItem item(int number) {
    return new HoldingItem.OfContent(
        new ContentId(ByteString.encodeUtf8("content " + number).sha256(), 1000));
  }
}
