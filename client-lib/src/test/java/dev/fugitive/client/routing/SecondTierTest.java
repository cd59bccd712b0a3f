package dev.fugitive.client.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.limits.UploadGate;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.FindResource;
import dev.fugitive.client.wire.PeerMessage.FindThrough;
import dev.fugitive.client.wire.PeerMessage.ResourceFound;
import dev.fugitive.client.wire.WireLimits;
import java.util.ArrayList;
import java.util.List;
import okio.ByteString;
import org.junit.jupiter.api.Test;

/** What one peer is told of the others and asks of them through us, within its limits. */
class SecondTierTest {
  private static final ByteString KEYED = ByteString.encodeUtf8("0123456789abcdef").sha256();

  private static final FilterBudget OPEN = new FilterBudget(UploadGate.OPEN, () -> 0);

  private final PeerRoute reader = route("reader");
  private final List<PeerRoute> others = List.of(route("a"), route("b"), route("c"));
  private final FakeHoldings vouchers = new FakeHoldings();
  private final Neighbours told = new Neighbours(() -> 0);

  @Test
  void aFilterThatGrowsUntilItNoLongerFitsIsTakenBack() throws Exception {
    for (PeerRoute other : others) {
      holds(other, 1, 1000);
    }
    tell();
    assertThat(told.count()).isEqualTo(3);
    for (PeerRoute other : others) {
      holds(other, 2, 100_000);
    }
    List<PeerMessage> news = tell();
    assertThat(news).filteredOn(PeerMessage.NearbyGone.class::isInstance).isNotEmpty();
    assertThat(told.count()).isBetween(1, 2);
    assertThat(tell()).isEmpty();
    for (PeerRoute other : others) {
      holds(other, 3, 1000);
    }
    tell();
    tell();
    assertThat(told.count()).isEqualTo(3);
  }

  @Test
  void whatIsAskedForOthersLeavesOurOwnQuestionsOver() throws Exception {
    PeerRoute asked = others.getFirst();
    holds(asked, 1, 1000);
    tell();
    FakeSession toAsked = (FakeSession) asked.session();
    toAsked.onSend =
        message -> {
          if (message instanceof FindResource question) {
            asked.answered(new ResourceFound(question.questionId(), List.of(KEYED)));
          }
        };
    SecondTier secondTier = secondTier();
    for (int id = 0; id < 500; id++) {
      secondTier.passOn(reader, new FindThrough(id, 0, KEYED));
    }
    assertThat(toAsked.sent(FindResource.class)).hasSize((int) PeerRoute.PASSED_ON_BURST);
    assertThat(((FakeSession) reader.session()).sent(ResourceFound.class)).hasSize(500);
  }

  @Test
  void whoDoesNotReadTheAnswersGetsNoMore() {
    SecondTier secondTier = secondTier();
    for (int open = 0; open < PeerRoute.MAX_PASSED_ON - 1; open++) {
      assertThat(reader.beginPassingOn()).isTrue();
    }
    FakeSession toReader = (FakeSession) reader.session();
    List<Boolean> permitWhileSending = new ArrayList<>();
    toReader.onSend = message -> permitWhileSending.add(reader.beginPassingOn());
    secondTier.passOn(reader, new FindThrough(1, 0, KEYED));
    assertThat(permitWhileSending).containsExactly(false);
    assertThat(reader.beginPassingOn()).isTrue();
    secondTier.passOn(reader, new FindThrough(2, 0, KEYED));
    assertThat(toReader.sent(ResourceFound.class)).hasSize(1);
  }

  @Test
  void whoIsSilentWhenAskedForOthersIsNotAskedForThemAgain() throws Exception {
    PeerRoute asked = others.getFirst();
    holds(asked, 1, 1000);
    tell();
    SecondTier secondTier = secondTier();
    secondTier.passOn(reader, new FindThrough(1, 0, KEYED));
    secondTier.passOn(reader, new FindThrough(2, 0, KEYED));
    assertThat(((FakeSession) asked.session()).sent(FindResource.class)).hasSize(1);
    assertThat(((FakeSession) reader.session()).sent(ResourceFound.class)).hasSize(2);
    asked.noteHeard();
    secondTier.passOn(reader, new FindThrough(3, 0, KEYED));
    assertThat(((FakeSession) asked.session()).sent(FindResource.class)).hasSize(2);
  }

  @Test
  void whoseVoucherIsPassedOnHasWhatItNames() throws Exception {
    PeerRoute asked = others.getFirst();
    holds(asked, 1, 1000);
    tell();
    vouchers.addVoucher(FakeHoldings.resource(0), KEYED);
    List<Double> likelihoodWhenToldOf = new ArrayList<>();
    ((FakeSession) asked.session()).onSend =
        message -> {
          if (message instanceof FindResource question) {
            asked.answered(new ResourceFound(question.questionId(), List.of(KEYED)));
          }
        };
    ((FakeSession) reader.session()).onSend =
        message -> likelihoodWhenToldOf.add(asked.holdings().likelihood(FakeHoldings.item(0)));
    assertThat(asked.holdings().likelihood(FakeHoldings.item(0))).isZero();
    secondTier().passOn(reader, new FindThrough(1, 0, KEYED));
    assertThat(likelihoodWhenToldOf).singleElement().satisfies(l -> assertThat(l).isPositive());
    assertThat(others.getLast().holdings().likelihood(FakeHoldings.item(0))).isZero();
  }

  private SecondTier secondTier() {
    return new SecondTier(others, KEYED, vouchers, () -> true, OPEN, () -> 0);
  }

  private List<PeerMessage> tell() throws PeerHoldings.Violation {
    List<PeerMessage> news = reader.nearbyNews(others);
    for (PeerMessage message : news) {
      switch (message) {
        case PeerMessage.Nearby nearby -> told.take(nearby);
        case PeerMessage.NearbyDelta nearby -> told.take(nearby);
        case PeerMessage.NearbyGone nearby -> told.take(nearby);
        default -> throw new AssertionError(message);
      }
    }
    return news;
  }

  private static void holds(PeerRoute route, int generation, int entries)
      throws PeerHoldings.Violation {
    ByteString salt = route.session().peer().publicKey().substring(0, WireLimits.SALT_BYTES);
    for (PeerMessage part :
        FilterMessages.whole(generation, HoldingsFilter.forEntries(salt, entries))) {
      route.holdings().take(part);
    }
  }

  private static PeerRoute route(String name) {
    PeerRoute route = new PeerRoute(FakeSession.to(name), true, () -> 0);
    route.noteSupport(new PeerMessage.Supports(PeerMessage.Supports.TIER2));
    return route;
  }
}
