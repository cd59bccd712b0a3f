package dev.fugitive.client.mesh;

import static dev.fugitive.client.mesh.MeshScript.SDP;
import static dev.fugitive.client.mesh.MeshScript.connection;
import static dev.fugitive.client.mesh.MeshScript.info;
import static dev.fugitive.client.mesh.MeshScript.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.mesh.MeshAction.Accept;
import dev.fugitive.client.mesh.MeshAction.Admit;
import dev.fugitive.client.mesh.MeshAction.Answer;
import dev.fugitive.client.mesh.MeshAction.Close;
import dev.fugitive.client.mesh.MeshAction.Decline;
import dev.fugitive.client.mesh.MeshAction.Offer;
import dev.fugitive.client.mesh.MeshEvent.AnswerHeard;
import dev.fugitive.client.mesh.MeshEvent.ContextsChanged;
import dev.fugitive.client.mesh.MeshEvent.DeclineHeard;
import dev.fugitive.client.mesh.MeshEvent.Greeted;
import dev.fugitive.client.mesh.MeshEvent.Introduced;
import dev.fugitive.client.mesh.MeshEvent.Lied;
import dev.fugitive.client.mesh.MeshEvent.LinkClosed;
import dev.fugitive.client.mesh.MeshEvent.Measured;
import dev.fugitive.client.mesh.MeshEvent.OfferHeard;
import dev.fugitive.client.mesh.MeshEvent.RendezvousLost;
import dev.fugitive.client.mesh.MeshEvent.Retiring;
import dev.fugitive.client.mesh.MeshEvent.Vitals;
import dev.fugitive.client.peer.ContextId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.signalling.Presence;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MeshCoreTest {
  private static final MeshSettings SETTINGS = MeshSettings.of(Node.HELLO).withConnections(2, 3);

  /** We are peer 50: those below are smaller, those above larger. */
  private final MeshScript script = new MeshScript(peer(50), SETTINGS);

  @Test
  void linksAreOfferedUpToTheTargetAndToTheBestFirst() {
    script.joined().peers(info(1, 1), info(2, 3), info(3, 2));
    assertThat(script.takeOffers()).extracting(Offer::peer).containsExactly(peer(2), peer(3));
    script.after(Duration.ofSeconds(3)).expectNothing();
  }

  /** Who carries signals knows the names of others' connections. */
  @Test
  void anOfferUnderTheNameOfAnotherConnectionIsDeclined() {
    script.session(60, 1);
    script.take();
    script.on(new OfferHeard(peer(70), connection(1), SDP));
    script.expect(new Decline(peer(70), connection(1), "connection in use"));
    script.on(new OfferHeard(peer(60), connection(1), SDP));
    script.expect(new Decline(peer(60), connection(1), "connection in use"));
    script.after(Duration.ofSeconds(2)).session(60, 2).take();
    script.on(new OfferHeard(peer(70), connection(1), SDP));
    script.expect(new Decline(peer(70), connection(1), "connection in use"));
  }

  @Test
  void amongEqualsTheNearerIsFirst() {
    PeerInfo far = new PeerInfo(peer(1), 1, PeerInfo.Nearness.FAR, 9);
    PeerInfo near = new PeerInfo(peer(2), 1, PeerInfo.Nearness.SAME_NETWORK, 1);
    PeerInfo nearest = new PeerInfo(peer(3), 1, PeerInfo.Nearness.SAME_ADDRESS, 1);
    script.joined().peers(far, near, nearest);
    assertThat(script.takeOffers()).extracting(Offer::peer).containsExactly(peer(3), peer(2));
  }

  @Test
  void whoIsOnOurOwnNetworkGoesBeforeWhoSharesMore() {
    script.joined().peers(info(1, 9), local(2));
    assertThat(script.takeOffers()).extracting(Offer::peer).containsExactly(peer(2), peer(1));
  }

  @Test
  void whoAppearsOnOurOwnNetworkGetsAPlaceAboveTheTarget() {
    script.joined().peers(info(1, 9), info(2, 9));
    script.take();
    script.peers(info(1, 9), info(2, 9), local(3));
    assertThat(script.takeOffer().peer()).isEqualTo(peer(3));
  }

  @Test
  void aNetworkDoesNotCloseItselfOff() {
    MeshScript roomy = new MeshScript(peer(50), MeshSettings.of(Node.HELLO).withConnections(4, 9));
    roomy.joined().peers(local(1), local(2), local(3), local(4), local(5), info(6, 1), info(7, 1));
    assertThat(roomy.takeOffers())
        .extracting(Offer::peer)
        .hasSize(4)
        .containsAnyOf(peer(6), peer(7));
  }

  @Test
  void whereNobodyElseIsAllLinksAreLocal() {
    script.joined().peers(local(1), local(2), local(3));
    assertThat(script.takeOffers()).hasSize(2);
  }

  @Test
  void aLocalPeerReplacesAnIdleOneFromAfar() {
    script.joined().session(1, 1).session(2, 2).session(3, 3);
    script.peers(info(1, 9), info(2, 9), info(3, 9), local(4)).take();
    script.after(Duration.ofMinutes(3));
    assertThat(script.take())
        .anyMatch(action -> action instanceof Offer offer && offer.peer().equals(peer(4)));
  }

  @Test
  void aLocalPeerIsNotLeftForOneFromAfarThatSharesMore() {
    script.joined().peers(local(1), local(2)).session(1, 1).session(2, 2).take();
    script.peers(local(1), local(2), info(3, 9));
    script.after(Duration.ofMinutes(3)).expectNothing();
  }

  private static PeerInfo local(int number) {
    return new PeerInfo(peer(number), 1, PeerInfo.Nearness.LOCAL, 4);
  }

  @Test
  void aPeerWithoutAFreeSlotIsNotAskedAndNorAreWe() {
    script
        .joined()
        .peers(new PeerInfo(peer(1), 1, PeerInfo.Nearness.FAR, 0), info(50, 1))
        .expectNothing();
  }

  @Test
  void anAnswerOpensTheLinkAndTheHelloMakesItASession() {
    Offer offer = script.joined().peers(info(1, 1)).takeOffer();
    script
        .on(new AnswerHeard(peer(1), offer.connection(), SDP))
        .expect(new Accept(peer(1), offer.connection(), SDP))
        .on(new Greeted(peer(1), offer.connection()))
        .expect(new Admit(peer(1), offer.connection()));
  }

  @Test
  void theSameAnswerTwiceIsTakenOnceAndAStrangersNever() {
    Offer offer = script.joined().peers(info(1, 1)).takeOffer();
    script
        .on(new AnswerHeard(peer(2), offer.connection(), SDP))
        .expect(new Decline(peer(2), offer.connection(), "not wanted any more"))
        .on(new AnswerHeard(peer(1), offer.connection(), SDP))
        .expect(new Accept(peer(1), offer.connection(), SDP))
        .on(new AnswerHeard(peer(1), offer.connection(), SDP))
        .expectNothing();
  }

  @Test
  void anOfferWithoutAnAnswerIsGivenUpAndTriedAgainLater() {
    Offer offer = script.joined().peers(info(1, 1)).takeOffer();
    script
        .after(Duration.ofMillis(3_500))
        .expect(
            new Decline(peer(1), offer.connection(), "no answer in time"),
            new Close(peer(1), offer.connection(), "no answer in time"))
        .after(Duration.ofMillis(500))
        .expectNothing()
        .after(Duration.ofSeconds(2));
    assertThat(script.takeOffer().connection()).isNotEqualTo(offer.connection());
  }

  @Test
  void aLinkThatDoesNotOpenIsGivenUpTenSecondsAfterItsOffer() {
    script
        .on(new OfferHeard(peer(1), connection(1), SDP))
        .expect(new Answer(peer(1), connection(1), SDP))
        .after(Duration.ofMillis(9_500))
        .expectNothing()
        .after(Duration.ofMillis(500))
        .expect(
            new Decline(peer(1), connection(1), "link not open in time"),
            new Close(peer(1), connection(1), "link not open in time"))
        .on(new Greeted(peer(1), connection(1)))
        .expect(new Close(peer(1), connection(1), "not wanted any more"));
  }

  @Test
  void failuresAreFollowedByLongerAndLongerWaits() {
    script.joined().peers(info(1, 1));
    int attempts = 0;
    long lastNanos = 0;
    long lastWaitNanos = 0;
    while (attempts < 6) {
      List<MeshAction> actions = script.after(Duration.ofMillis(500)).take();
      if (actions.stream().anyMatch(Offer.class::isInstance)) {
        attempts++;
        long waitNanos = script.nowNanos() - lastNanos;
        assertThat(waitNanos).isGreaterThan(lastWaitNanos);
        lastWaitNanos = waitNanos;
        lastNanos = script.nowNanos();
      }
    }
  }

  @Test
  void aDeclinedOfferFreesItsPlaceAtOnce() {
    script.joined().peers(info(1, 3), info(2, 2), info(3, 1));
    List<Offer> offers = script.takeOffers();
    script.on(new DeclineHeard(peer(1), offers.get(0).connection(), "full"));
    List<MeshAction> actions = script.take();
    assertThat(actions.get(0))
        .isEqualTo(new Close(peer(1), offers.get(0).connection(), "declined: full"));
    assertThat(((Offer) actions.get(1)).peer()).isEqualTo(peer(3));
  }

  @Test
  void aboveTheTargetPeersMayComeAndAboveTheMaximumTheyMayNot() {
    script.session(1, 1).session(2, 2).session(3, 3).take();
    script
        .on(new OfferHeard(peer(4), connection(4), SDP))
        .expect(new Decline(peer(4), connection(4), "full"));
  }

  @Test
  void anOfferThatMeetsOursLosesWhereWeAreSmaller() {
    Offer ours = script.joined().peers(info(90, 1)).takeOffer();
    script
        .on(new OfferHeard(peer(90), connection(1), SDP))
        .expectNothing()
        .on(new AnswerHeard(peer(90), ours.connection(), SDP))
        .expect(new Accept(peer(90), ours.connection(), SDP));
  }

  @Test
  void anOfferThatMeetsOursWinsWhereWeAreLarger() {
    Offer ours = script.joined().peers(info(10, 1)).takeOffer();
    script
        .on(new OfferHeard(peer(10), connection(1), SDP))
        .expect(
            new Close(peer(10), ours.connection(), "the peer's offer goes before"),
            new Answer(peer(10), connection(1), SDP))
        .on(new AnswerHeard(peer(10), ours.connection(), SDP))
        .expect(new Decline(peer(10), ours.connection(), "not wanted any more"));
  }

  @Test
  void inEveryOrderOfEventsTwoPeersEndWithOneAndTheSameLink() {
    int orders =
        TwoCores.forEveryOrder(
            () -> new TwoCores(peer(1), peer(2), SETTINGS),
            cores -> assertThat(cores.first.onlySession()).isEqualTo(cores.second.onlySession()));
    assertThat(orders).isGreaterThan(20);
  }

  @Test
  void anIntroductionNeedsNoRendezvousAndNoPlaceBelowTheTarget() {
    script.session(1, 1).session(2, 2).take();
    script.on(new MeshEvent.RendezvousLost()).on(new Introduced(peer(9), peer(1)));
    MeshAction.OfferThrough offer = (MeshAction.OfferThrough) script.take().getFirst();
    assertThat(offer.peer()).isEqualTo(peer(9));
    assertThat(offer.through()).isEqualTo(peer(1));
    script
        .on(new AnswerHeard(peer(9), offer.connection(), SDP))
        .expect(new Accept(peer(9), offer.connection(), SDP))
        .on(new Greeted(peer(9), offer.connection()))
        .expect(new Admit(peer(9), offer.connection()));
  }

  @Test
  void anIntroductionBeyondTheMaximumIsNotFollowed() {
    script.session(1, 1).session(2, 2).session(3, 3).after(Duration.ofMinutes(2)).take();
    script.on(new Introduced(peer(9), peer(1))).expectNothing();
    assertThat(script.core.places()).hasSize(3);
  }

  @Test
  void whoIsKnownBannedOrOurselvesIsNotMetAgain() {
    script.session(1, 1).on(new MeshEvent.Lied(peer(7), "lied")).take();
    script
        .on(new Introduced(peer(1), peer(1)))
        .on(new Introduced(peer(7), peer(1)))
        .on(new Introduced(peer(50), peer(1)))
        .expectNothing();
  }

  @Test
  void inEveryOrderOfEventsAnIntroductionThatMeetsAnOfferEndsWithOneLink() {
    int orders =
        TwoCores.forEveryOrder(
            () -> new TwoCores(peer(1), peer(2), SETTINGS).introduced(peer(3)),
            cores -> assertThat(cores.first.onlySession()).isEqualTo(cores.second.onlySession()));
    assertThat(orders).isGreaterThan(20);
  }

  @Test
  void aPeerThatComesBackReplacesItsOldSession() {
    script.session(1, 1).take();
    script
        .after(Duration.ofSeconds(5))
        .on(new OfferHeard(peer(1), connection(2), SDP))
        .expect(new Answer(peer(1), connection(2), SDP))
        .on(new Greeted(peer(1), connection(2)))
        .expect(
            new Admit(peer(1), connection(2)),
            new Close(peer(1), connection(1), "replaced by a new link"))
        .on(new LinkClosed(peer(1), connection(1), "closed"))
        .expectNothing();
    assertThat(script.core.places()).hasSize(1);
  }

  @Test
  void aReplacedSessionIsUsedUntilItsTransfersEnd() {
    script.session(1, 1).after(Duration.ofSeconds(5)).take();
    script.on(moved(1, 1000)).on(new OfferHeard(peer(1), connection(2), SDP)).take();
    script
        .on(new Greeted(peer(1), connection(2)))
        .expect(new Admit(peer(1), connection(2)))
        .after(Duration.ofSeconds(2))
        .on(moved(1, 2000))
        .after(Duration.ofMillis(2_500))
        .expectNothing()
        .after(Duration.ofMillis(500))
        .expect(new Close(peer(1), connection(1), "replaced by a new link"));
  }

  @Test
  void aReplacementThatFailsLeavesTheSessionAlone() {
    script.session(1, 1).after(Duration.ofSeconds(5)).take();
    script.on(new OfferHeard(peer(1), connection(2), SDP)).take();
    script.on(new LinkClosed(peer(1), connection(2), "no way")).take();
    assertThat(script.core.places()).singleElement().matches(place -> place.session != null);
  }

  @Test
  void retiringLinksAreReplacedTwoAtATime() {
    script.joined().session(1, 1).session(2, 2).session(3, 3).take();
    Retiring all = new Retiring(Set.of(connection(1), connection(2), connection(3)));
    List<Offer> first = script.on(all).takeOffers();
    assertThat(first).hasSize(2);
    script.on(all).expectNothing();
    Offer done = first.getFirst();
    script.on(new AnswerHeard(done.peer(), done.connection(), SDP)).take();
    script.on(new Greeted(done.peer(), done.connection())).take();
    assertThat(script.on(all).takeOffer().peer()).isEqualTo(peer(3));
  }

  @Test
  void aLiarIsClosedAndKeptAwayUntilItsBanExpires() {
    script.joined().session(1, 1).take();
    script
        .on(new Lied(peer(1), "bad chunk"))
        .expect(new Close(peer(1), connection(1), "banned: bad chunk"))
        .on(new LinkClosed(peer(1), connection(1), "closed"))
        .peers(info(1, 5))
        .on(new OfferHeard(peer(1), connection(2), SDP))
        .expect(new Decline(peer(1), connection(2), "banned"))
        .after(Duration.ofSeconds(119))
        .expectNothing()
        .after(Duration.ofSeconds(2));
    assertThat(script.takeOffers()).extracting(Offer::peer).contains(peer(1));
  }

  @Test
  void whomTheUserKeepsAwayIsClosedAndMayComeAgainOncePardoned() {
    script.joined().session(1, 1).take();
    script
        .on(new MeshEvent.KeptAway(peer(1), "by the user", Duration.ofHours(1).toNanos()))
        .expect(new Close(peer(1), connection(1), "banned: by the user"))
        .on(new LinkClosed(peer(1), connection(1), "closed"))
        .peers(info(1, 5))
        .after(Duration.ofMinutes(30))
        .expectNothing()
        .on(new MeshEvent.Pardoned(peer(1)))
        .after(Duration.ofSeconds(2));
    assertThat(script.takeOffers()).extracting(Offer::peer).contains(peer(1));
  }

  @Test
  void withoutTheRendezvousNothingIsOfferedAndNothingIsClosed() {
    script.joined().session(1, 1).on(new RendezvousLost()).peers(info(2, 1)).take();
    script.after(Duration.ofMinutes(2)).expectNothing();
    assertThat(script.joined().takeOffer().peer()).isEqualTo(peer(2));
  }

  @Test
  void aLostSessionIsReplacedAtOnceByTheNextBest() {
    script.joined().session(1, 1).session(2, 2).peers(info(3, 1)).take();
    script.on(new LinkClosed(peer(1), connection(1), "silent"));
    assertThat(script.takeOffer().peer()).isEqualTo(peer(3));
  }

  @Test
  void contextsAreAnnouncedSoonAndNotTooOften() {
    script.joined().takeAnnouncements();
    List<ContextId> one = List.of(ContextId.ofHost("a.example"));
    List<ContextId> two = List.of(ContextId.ofHost("a.example"), ContextId.ofHost("b.example"));
    script.on(new ContextsChanged(one)).on(new ContextsChanged(two));
    assertThat(script.takeAnnouncements())
        .containsExactly(new MeshAction.Announce(new Presence(one, 3)));
    script.after(Duration.ofSeconds(1));
    assertThat(script.takeAnnouncements())
        .containsExactly(new MeshAction.Announce(new Presence(two, 3)));
    script.after(Duration.ofSeconds(10));
    assertThat(script.takeAnnouncements()).isEmpty();
  }

  @Test
  void anIdlePeerMakesRoomForABetterOneOnceThatIsThere() {
    script.joined().session(1, 1).session(2, 2).peers(info(1, 1), info(2, 1), info(3, 4)).take();
    for (int i = 0; i < 100; i++) {
      script.after(Duration.ofSeconds(1)).on(moved(2, i));
    }
    script.expectNothing();
    for (int i = 100; i < 121; i++) {
      script.after(Duration.ofSeconds(1)).on(moved(2, i));
    }
    Offer better = script.takeOffer();
    assertThat(better.peer()).isEqualTo(peer(3));
    script.on(new AnswerHeard(peer(3), better.connection(), SDP)).take();
    script
        .on(new Greeted(peer(3), better.connection()))
        .expect(
            new Admit(peer(3), better.connection()),
            new Close(peer(1), connection(1), "a better peer was found"));
  }

  @Test
  void withoutAPlaceForTheBetterOneTheIdlePeerGoesFirst() {
    script.joined().session(1, 1).session(2, 2).session(3, 3).peers(info(4, 4)).take();
    for (int i = 0; i < 121; i++) {
      script.after(Duration.ofSeconds(1)).on(moved(2, i)).on(moved(3, i));
    }
    List<MeshAction> actions = script.take();
    assertThat(actions)
        .hasSize(2)
        .first()
        .isEqualTo(new Close(peer(1), connection(1), "a better peer was found"));
    assertThat(((Offer) actions.get(1)).peer()).isEqualTo(peer(4));
  }

  @Test
  void aBusyPeerIsNeverEvicted() {
    script.joined().session(1, 1).session(2, 2).peers(info(3, 4)).take();
    for (int i = 1; i < 300; i++) {
      script.after(Duration.ofSeconds(1)).on(moved(1, i)).on(moved(2, i));
    }
    script.expectNothing();
  }

  @Test
  void offersOfOnePeerAreAnsweredOnceASecondAtMost() {
    script
        .on(new OfferHeard(peer(1), connection(1), SDP))
        .expect(new Answer(peer(1), connection(1), SDP))
        .on(new OfferHeard(peer(1), connection(2), SDP))
        .expect(new Decline(peer(1), connection(2), "too many offers"))
        .after(Duration.ofSeconds(1))
        .on(new OfferHeard(peer(1), connection(3), SDP))
        .expect(
            new Close(peer(1), connection(1), "the peer's offer goes before"),
            new Answer(peer(1), connection(3), SDP));
  }

  private static Measured moved(int connection, long totalBytes) {
    return new Measured(List.of(new Vitals(connection(connection), 1_000_000, totalBytes)));
  }
}
