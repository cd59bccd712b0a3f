package dev.fugitive.client.routing;

import static dev.fugitive.client.routing.FakeHoldings.item;
import static dev.fugitive.client.routing.FakeHoldings.resource;
import static dev.fugitive.client.routing.FakeHoldings.salt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.routing.HoldingItem.OfResource;
import dev.fugitive.client.routing.OwnHoldings.Cursor;
import dev.fugitive.client.routing.OwnHoldings.Update;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.Holdings;
import dev.fugitive.client.wire.PeerMessage.HoldingsDelta;
import dev.fugitive.client.wire.WireLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class OwnHoldingsTest {
  private final OwnHoldings own = new OwnHoldings(salt(1));

  private static List<HoldingItem> items(int from, int to) {
    return IntStream.range(from, to).mapToObj(FakeHoldings::item).toList();
  }

  @Test
  void atFirstTheWholeFilterThenWhatIsNew() throws InterruptedException {
    Update first = own.awaitUpdate(Cursor.START);
    assertThat(first.messages()).hasSize(1).first().isInstanceOf(Holdings.class);
    own.add(item(1));
    own.add(item(2));
    Update second = own.awaitUpdate(first.cursor());
    assertThat(second.messages()).hasSize(1).first().isInstanceOf(HoldingsDelta.class);
    assertThat(((HoldingsDelta) second.messages().getFirst()).positions()).hasSizeBetween(12, 14);
  }

  @Test
  void whatIsAlreadyThereIsNotToldAgain() throws InterruptedException {
    own.add(item(1));
    Cursor cursor = own.awaitUpdate(Cursor.START).cursor();
    own.add(item(1));
    own.add(item(2));
    HoldingsDelta delta = (HoldingsDelta) own.awaitUpdate(cursor).messages().getFirst();
    assertThat(delta.positions()).hasSizeBetween(6, 7);
  }

  @Test
  void manyChangesAreToldInMessagesOfBoundedLength() throws InterruptedException {
    own.rebuild(() -> items(0, 10_000));
    Cursor cursor = own.awaitUpdate(Cursor.START).cursor();
    items(20_000, 24_000).forEach(own::add);
    List<PeerMessage> messages = own.awaitUpdate(cursor).messages();
    assertThat(messages.size()).isGreaterThan(1);
    for (PeerMessage message : messages) {
      assertThat(((HoldingsDelta) message).positions().size())
          .isLessThanOrEqualTo(WireLimits.MAX_DELTA_POSITIONS);
    }
  }

  @Test
  void aLargeFilterTravelsInParts() throws Exception {
    own.rebuild(() -> items(0, 60_000));
    List<PeerMessage> messages = own.awaitUpdate(Cursor.START).messages();
    assertThat(messages.size()).isEqualTo(2);
    PeerHoldings peer = new PeerHoldings(() -> 0);
    for (PeerMessage message : messages) {
      peer.take(message);
    }
    assertThat(peer.likelihood(item(59_999))).isGreaterThan(0.9);
  }

  @Test
  void anOutgrownFilterIsRebuilt() {
    items(0, 120).forEach(own::add);
    assertThat(own.needsRebuild()).isFalse();
    items(120, 200).forEach(own::add);
    assertThat(own.needsRebuild()).isTrue();
    own.rebuild(() -> items(0, 200));
    assertThat(own.needsRebuild()).isFalse();
  }

  @Test
  void whatIsGoneLeavesTheFilterInTheNextGeneration() throws Exception {
    own.rebuild(() -> items(0, 400));
    items(0, 300).forEach(own::remove);
    assertThat(own.needsRebuild()).isTrue();
    own.rebuild(() -> items(300, 400));
    PeerHoldings peer = new PeerHoldings(() -> 0);
    peer.take(own.awaitUpdate(Cursor.START).messages().getFirst());
    assertThat(items(0, 300)).filteredOn(item -> peer.likelihood(item) > 0).hasSizeLessThan(10);
    assertThat(items(300, 400)).allMatch(item -> peer.likelihood(item) > 0.9);
  }

  @Test
  void aQuestionNamesOnlyWhatIsHere() {
    OfResource here = new OfResource(resource(1));
    own.add(here);
    assertThat(own.resource(here.keyed(salt(1)))).contains(resource(1));
    assertThat(own.resource(here.keyed(salt(2)))).isEmpty();
    own.remove(here);
    assertThat(own.resource(here.keyed(salt(1)))).isEmpty();
  }

  @Test
  void whatChangesWhileTheFilterIsBuiltIsNotLost() throws Exception {
    OfResource gone = new OfResource(resource(1));
    OfResource come = new OfResource(resource(2));
    own.rebuild(() -> {
      List<HoldingItem> before = List.of(gone, item(1));
      own.remove(gone);
      own.add(come);
      return before;
    });
    assertThat(own.resource(gone.keyed(salt(1)))).isEmpty();
    assertThat(own.resource(come.keyed(salt(1)))).contains(resource(2));
    PeerHoldings peer = new PeerHoldings(() -> 0);
    for (PeerMessage message : own.awaitUpdate(Cursor.START).messages()) {
      peer.take(message);
    }
    assertThat(peer.likelihood(come)).isPositive();
  }

  /** One step of a script. */
  private sealed interface Step {
    record Add(int seed) implements Step {}

    record Rebuild(int from) implements Step {}

    record Tell() implements Step {}
  }

  @Property(tries = 200, seed = "20")
  void whoeverIsToldEverythingKnowsEverything(@ForAll("steps") @Size(max = 60) List<Step> steps)
      throws Exception {
    OwnHoldings holdings = new OwnHoldings(salt(1));
    PeerHoldings peer = new PeerHoldings(() -> 0);
    Cursor cursor = tell(holdings, peer, Cursor.START);
    List<HoldingItem> here = new ArrayList<>();
    int marker = 1_000_000;
    for (Step step : steps) {
      switch (step) {
        case Step.Add(int seed) -> {
          here.add(item(seed));
          holdings.add(item(seed));
        }
        case Step.Rebuild(int from) -> {
          here.subList(0, Math.min(from, here.size())).clear();
          holdings.rebuild(() -> here);
        }
        case Step.Tell() -> {
          holdings.add(item(marker++));
          cursor = tell(holdings, peer, cursor);
        }
      }
    }
    holdings.add(item(marker));
    tell(holdings, peer, cursor);
    assertThat(here).allMatch(item -> peer.likelihood(item) > 0);
  }

  private static Cursor tell(OwnHoldings from, PeerHoldings to, Cursor cursor) throws Exception {
    Update update = from.awaitUpdate(cursor);
    for (PeerMessage message : update.messages()) {
      to.take(message);
    }
    return update.cursor();
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Step> add = Arbitraries.integers().between(0, 500).map(Step.Add::new);
    Arbitrary<Step> rebuild = Arbitraries.integers().between(0, 5).map(Step.Rebuild::new);
    Arbitrary<Step> tell = Arbitraries.just(new Step.Tell());
    return Arbitraries.oneOf(add, add, add, tell, rebuild).list();
  }
}
