package dev.fugitive.client.mesh;

import dev.fugitive.client.mesh.DrainingSessions.Drained;
import dev.fugitive.client.mesh.MeshSettings.Timing;
import dev.fugitive.client.mesh.Place.Attempt;
import dev.fugitive.client.mesh.Place.Established;
import dev.fugitive.client.mesh.Place.Role;
import dev.fugitive.client.peer.ContextId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.signalling.Presence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides whom we are linked to: events in, actions out, no I/O, time and chance as arguments. Not
 * safe for use by several threads.
 *
 * <h2>Places</h2>
 *
 * A peer takes one place from the first thought of a link until its session is closed, and there
 * are {@link MeshSettings#maxConnections} places: so what is pending counts, and the maximum cannot
 * be passed. We offer links ourselves while fewer than {@link MeshSettings#targetConnections}
 * places are taken; those above are for peers that come to us.
 *
 * <h2>Both offer at once</h2>
 *
 * Two peers that hear of each other often offer at the same moment. <b>The offer of the smaller id
 * wins</b>: when an offer meets our own, unanswered one, the smaller id ignores it, and the larger
 * id drops its own and answers. Each side can apply the rule alone, whatever arrives first, and
 * both end with the same connection. An offer that comes after the answer to ours says that the
 * peer has given that connection up, so it is taken, as is every newer offer of a peer whose offer
 * we are answering.
 *
 * <h2>Replacing a session</h2>
 *
 * An offer from a peer with a session is a replacement: the peer has lost the session, or its
 * transport wants to retire the link. It shares the peer's place. The old session goes on until the
 * new one is there, and is closed once nothing moves on it, at the latest after {@link
 * Timing#drainLimit}.
 *
 * <h2>Local peers</h2>
 *
 * Who was found on our own network goes before all others, and may take a place above the target,
 * while such peers have less than three quarters of it.
 *
 * <h2>Introductions</h2>
 *
 * A peer may know another one that has what we want, and carry our offer to it. Such a link takes a
 * place as any other does, the places above the target included; where none is left, nothing is
 * offered: no session makes room for a peer that nobody but another peer vouches for.
 *
 * <h2>A better peer</h2>
 *
 * At each check with the target reached, one session may be put to the test: the one on which the
 * least moved lately (of equals: the longest round trip), if it is idle and not new. Where a
 * candidate is clearly better, a link is opened to that one first, and the idle session closed when
 * it is there and still idle. Where no place is left for that, the idle session goes first.
 */
final class MeshCore {
  private static final int MAX_REPLACEMENTS = 2;
  private static final int MAX_INTRODUCTIONS_AT_ONCE = 4;

  /** A session that held for this long was a good one: the next failure is the first again. */
  private static final long GOOD_SESSION_NANOS = Duration.ofSeconds(30).toNanos();

  private final PeerId self;
  private final MeshSettings settings;
  private final Timing timing;
  private final RandomGenerator random;
  private final Candidates candidates;
  private final Retries retries;
  private final OfferGate gate;
  private final OfferGate introductions;
  private final BanList bans;
  private final Eviction eviction;
  private final Map<PeerId, Place> places = new LinkedHashMap<>();
  private final DrainingSessions draining = new DrainingSessions();

  private List<ContextId> contexts = List.of();
  private boolean rendezvousJoined;
  private boolean announcementDue;
  private long lastAnnouncedNanos;
  private long nextCheckNanos;

  private List<MeshAction> actions = new ArrayList<>();

  MeshCore(PeerId self, MeshSettings settings, RandomGenerator random, long nowNanos) {
    this.self = self;
    this.settings = settings;
    this.timing = settings.timing();
    this.random = random;
    this.candidates = new Candidates(random);
    this.retries = new Retries(timing.retry(), random);
    this.gate = new OfferGate(timing.offerInterval().toNanos(), 2 * settings.maxConnections());
    this.introductions = new OfferGate(timing.offerInterval().toNanos(), MAX_INTRODUCTIONS_AT_ONCE);
    this.bans = new BanList(timing.ban());
    this.eviction = new Eviction(timing);
    this.lastAnnouncedNanos = nowNanos - timing.announceInterval().toNanos();
    this.nextCheckNanos = nowNanos + timing.checkInterval().toNanos();
  }

  List<MeshAction> on(MeshEvent event, long nowNanos) {
    switch (event) {
      case MeshEvent.Tick() -> {}
      case MeshEvent.RendezvousJoined() -> rendezvousJoined = true;
      case MeshEvent.RendezvousLost() -> rendezvousJoined = false;
      case MeshEvent.PeersHeard(var peers) -> candidates.replaceAll(peers);
      case MeshEvent.PeerGone(PeerId peer) -> peerGone(peer, nowNanos);
      case MeshEvent.Introduced(PeerId peer, PeerId through) -> introduced(peer, through, nowNanos);
      case MeshEvent.OfferHeard offer -> offerHeard(offer, nowNanos);
      case MeshEvent.AnswerHeard answer -> answerHeard(answer);
      case MeshEvent.DeclineHeard(PeerId peer, ConnectionId connection, String reason) ->
          attemptFailed(peer, connection, "declined: " + reason, nowNanos);
      case MeshEvent.Greeted(PeerId peer, ConnectionId connection) ->
          greeted(peer, connection, nowNanos);
      case MeshEvent.LinkClosed(PeerId peer, ConnectionId connection, var reason) ->
          linkClosed(peer, connection, nowNanos);
      case MeshEvent.Lied(PeerId peer, String reason) -> {
        bans.add(peer, reason, nowNanos);
        sendAway(peer, reason);
      }
      case MeshEvent.KeptAway(PeerId peer, String reason, long lastsNanos) -> {
        bans.keepAway(peer, reason, lastsNanos, nowNanos);
        sendAway(peer, reason);
      }
      case MeshEvent.Pardoned(PeerId peer) -> bans.pardon(peer);
      case MeshEvent.ContextsChanged(var changed) -> {
        contexts = changed;
        announcementDue = true;
      }
      case MeshEvent.Measured(var vitals) -> vitals.forEach(v -> measured(v, nowNanos));
      case MeshEvent.Retiring(Set<ConnectionId> connections) -> replace(connections, nowNanos);
    }
    afterEach(nowNanos);
    List<MeshAction> decided = actions;
    actions = new ArrayList<>();
    return decided;
  }

  /** When {@link MeshEvent.Tick} is due at the latest. */
  long nextWakeNanos() {
    long next = nextCheckNanos;
    for (Place place : places.values()) {
      if (place.attempt != null) {
        next = Math.min(next, deadlineNanos(place.attempt));
      }
    }
    for (Drained drained : draining.all()) {
      next = Math.min(next, drained.deadlineNanos());
    }
    return announcementDue && rendezvousJoined
        ? Math.min(next, lastAnnouncedNanos + timing.announceInterval().toNanos())
        : next;
  }

  private void afterEach(long nowNanos) {
    expireAttempts(nowNanos);
    expireDrained(nowNanos);
    if (nowNanos >= nextCheckNanos) {
      nextCheckNanos = nowNanos + timing.checkInterval().toNanos();
      announcementDue = true;
      seekBetter(nowNanos);
    }
    fill(nowNanos);
    announce(nowNanos);
  }

  private void fill(long nowNanos) {
    while (rendezvousJoined) {
      Optional<PeerInfo> next = next(nowNanos);
      if (next.isEmpty()) {
        return;
      }
      offer(placeFor(next.get().id()), null, nowNanos);
    }
  }

  private Optional<PeerInfo> next(long nowNanos) {
    boolean isBelowTarget = places.size() < settings.targetConnections();
    if (wantsLocals() && places.size() < settings.maxConnections()) {
      return localCandidate(nowNanos).or(() -> isBelowTarget ? best(nowNanos) : Optional.empty());
    }
    return isBelowTarget ? best(nowNanos) : Optional.empty();
  }

  private Optional<PeerInfo> best(long nowNanos) {
    if (wantsLocals()) {
      return candidates.best(peer -> mayTry(peer, nowNanos));
    }
    return candidates
        .best(peer -> !candidates.isLocal(peer) && mayTry(peer, nowNanos))
        .or(() -> localCandidate(nowNanos));
  }

  private Optional<PeerInfo> localCandidate(long nowNanos) {
    return candidates.best(peer -> candidates.isLocal(peer) && mayTry(peer, nowNanos));
  }

  /** Not more than three quarters of the target, so that no network closes itself off. */
  private boolean wantsLocals() {
    long locals = places.keySet().stream().filter(candidates::isLocal).count();
    return 4 * locals < 3L * settings.targetConnections();
  }

  private boolean mayTry(PeerId peer, long nowNanos) {
    return !peer.equals(self)
        && !places.containsKey(peer)
        && !bans.isBanned(peer, nowNanos)
        && retries.mayTry(peer, nowNanos);
  }

  private void announce(long nowNanos) {
    long sinceNanos = nowNanos - lastAnnouncedNanos;
    if (announcementDue && rendezvousJoined && sinceNanos >= timing.announceInterval().toNanos()) {
      announcementDue = false;
      lastAnnouncedNanos = nowNanos;
      actions.add(new MeshAction.Announce(presence()));
    }
  }

  /** What the rendezvous should know of us. */
  Presence presence() {
    return new Presence(contexts, settings.maxConnections() - places.size());
  }

  private void offer(Place place, @Nullable PeerId inPlaceOf, long nowNanos) {
    ConnectionId connection = ConnectionId.random(random);
    place.attempt = new Attempt(connection, Role.OFFERER, false, nowNanos, inPlaceOf);
    actions.add(new MeshAction.Offer(place.peer, connection));
  }

  /**
   * A peer worth a link takes a free place, also above the target; no session makes room for it.
   */
  private void introduced(PeerId peer, PeerId through, long nowNanos) {
    if (!mayTry(peer, nowNanos) || !introductions.admits(peer, nowNanos)) {
      return;
    }
    if (places.size() < settings.maxConnections()) {
      ConnectionId connection = ConnectionId.random(random);
      placeFor(peer).attempt = new Attempt(connection, Role.OFFERER, false, nowNanos, null);
      actions.add(new MeshAction.OfferThrough(peer, connection, through));
    }
  }

  private void offerHeard(MeshEvent.OfferHeard heard, long nowNanos) {
    PeerId peer = heard.peer();
    Place place = places.get(peer);
    Attempt ours = place == null ? null : place.attempt;
    if (peer.equals(self) || ourOfferWins(ours, peer)) {
      return;
    }
    String refusal =
        isInUse(heard.connection()) ? "connection in use" : refusal(peer, place, nowNanos);
    if (refusal != null) {
      actions.add(new MeshAction.Decline(peer, heard.connection(), refusal));
      return;
    }
    if (ours != null) {
      close(peer, ours.connection(), "the peer's offer goes before");
    }
    placeFor(peer).attempt = new Attempt(heard.connection(), Role.ANSWERER, true, nowNanos, null);
    actions.add(new MeshAction.Answer(peer, heard.connection(), heard.offer()));
  }

  private boolean ourOfferWins(@Nullable Attempt ours, PeerId peer) {
    return ours != null
        && ours.role() == Role.OFFERER
        && !ours.answered()
        && self.compareTo(peer) < 0;
  }

  private @Nullable String refusal(PeerId peer, @Nullable Place place, long nowNanos) {
    if (bans.isBanned(peer, nowNanos)) {
      return "banned";
    }
    if (place == null && places.size() >= settings.maxConnections()) {
      return "full";
    }
    return gate.admits(peer, nowNanos) ? null : "too many offers";
  }

  private void answerHeard(MeshEvent.AnswerHeard heard) {
    Place place = places.get(heard.peer());
    Attempt ours = place == null ? null : place.attempt;
    if (place == null
        || ours == null
        || ours.role() != Role.OFFERER
        || !ours.connection().equals(heard.connection())) {
      actions.add(new MeshAction.Decline(heard.peer(), heard.connection(), "not wanted any more"));
      return;
    }
    if (!ours.answered()) {
      place.attempt = ours.withAnswer();
      actions.add(new MeshAction.Accept(heard.peer(), heard.connection(), heard.answer()));
    }
  }

  private void greeted(PeerId peer, ConnectionId connection, long nowNanos) {
    Place place = places.get(peer);
    if (place == null || place.attempt == null || !place.attempt.connection().equals(connection)) {
      close(peer, connection, "not wanted any more");
      return;
    }
    PeerId evicted = place.attempt.inPlaceOf();
    if (place.session != null) {
      draining.add(peer, place.session, nowNanos + timing.drainLimit().toNanos());
    }
    place.attempt = null;
    place.session = Established.begin(connection, nowNanos);
    actions.add(new MeshAction.Admit(peer, connection));
    if (evicted != null) {
      evict(evicted, nowNanos);
    }
  }

  private void linkClosed(PeerId peer, ConnectionId connection, long nowNanos) {
    if (draining.remove(connection)) {
      return;
    }
    Place place = places.get(peer);
    Established session = place == null ? null : place.session;
    if (place == null || session == null || !session.connection().equals(connection)) {
      attemptFailed(peer, connection, "link closed", nowNanos);
      return;
    }
    place.session = null;
    if (nowNanos - session.sinceNanos() >= GOOD_SESSION_NANOS) {
      retries.succeeded(peer);
    }
    if (retries.mayTry(peer, nowNanos)) {
      retries.failed(peer, nowNanos);
    }
    release(place);
    announcementDue = true;
  }

  /** Ends an attempt, where the connection still is one: the link closes, the peer waits. */
  private void attemptFailed(PeerId peer, ConnectionId connection, String reason, long nowNanos) {
    Place place = places.get(peer);
    Attempt attempt = place == null ? null : place.attempt;
    if (place == null || attempt == null || !attempt.connection().equals(connection)) {
      return;
    }
    place.attempt = null;
    close(peer, connection, reason);
    retries.failed(peer, nowNanos);
    release(place);
  }

  private void peerGone(PeerId peer, long nowNanos) {
    candidates.remove(peer);
    Place place = places.get(peer);
    if (place != null && place.attempt != null && !place.attempt.answered()) {
      attemptFailed(peer, place.attempt.connection(), "the peer is gone", nowNanos);
    }
  }

  private void sendAway(PeerId peer, String reason) {
    Place place = places.remove(peer);
    if (place != null && place.attempt != null) {
      close(peer, place.attempt.connection(), "banned: " + reason);
    }
    if (place != null && place.session != null) {
      close(peer, place.session.connection(), "banned: " + reason);
    }
    closeAll(draining.takeOf(peer), "banned: " + reason);
    announcementDue = true;
  }

  private void measured(MeshEvent.Vitals vitals, long nowNanos) {
    if (draining.measure(vitals, nowNanos)) {
      return;
    }
    for (Place place : places.values()) {
      if (place.session != null && place.session.connection().equals(vitals.connection())) {
        place.session = place.session.with(vitals, nowNanos);
      }
    }
  }

  private void replace(Set<ConnectionId> retiring, long nowNanos) {
    long running = places.values().stream().filter(MeshCore::isBeingReplaced).count();
    for (Place place : places.values()) {
      if (running < MAX_REPLACEMENTS
          && rendezvousJoined
          && place.session != null
          && place.attempt == null
          && retiring.contains(place.session.connection())
          && retries.mayTry(place.peer, nowNanos)) {
        offer(place, null, nowNanos);
        running++;
      }
    }
  }

  private static boolean isBeingReplaced(Place place) {
    return place.session != null && place.attempt != null;
  }

  private void seekBetter(long nowNanos) {
    if (places.size() < settings.targetConnections() || !rendezvousJoined) {
      return;
    }
    Optional<Place> worst = eviction.worst(places.values(), nowNanos);
    Optional<PeerInfo> best = best(nowNanos);
    if (worst.isEmpty()
        || best.isEmpty()
        || !Candidates.isBetter(best.get(), candidates.get(worst.get().peer))) {
      return;
    }
    PeerId leaving = worst.get().peer;
    if (places.size() >= settings.maxConnections()) {
      evict(leaving, nowNanos);
    }
    offer(placeFor(best.get().id()), leaving, nowNanos);
  }

  private void evict(PeerId peer, long nowNanos) {
    Place place = places.get(peer);
    if (place == null || place.session == null || !eviction.isAllowed(place, nowNanos)) {
      return;
    }
    close(peer, place.session.connection(), "a better peer was found");
    place.session = null;
    retries.rest(peer, nowNanos);
    release(place);
  }

  private void expireAttempts(long nowNanos) {
    for (Place place : List.copyOf(places.values())) {
      Attempt attempt = place.attempt;
      if (attempt != null && nowNanos >= deadlineNanos(attempt)) {
        String reason = attempt.answered() ? "link not open in time" : "no answer in time";
        actions.add(new MeshAction.Decline(place.peer, attempt.connection(), reason));
        attemptFailed(place.peer, attempt.connection(), reason, nowNanos);
      }
    }
  }

  private long deadlineNanos(Attempt attempt) {
    Duration patience = attempt.answered() ? timing.connectTimeout() : timing.answerTimeout();
    return attempt.startNanos() + patience.toNanos();
  }

  private void expireDrained(long nowNanos) {
    closeAll(draining.takeEnded(nowNanos), "replaced by a new link");
  }

  private void close(PeerId peer, ConnectionId connection, String reason) {
    actions.add(new MeshAction.Close(peer, connection, reason));
  }

  private Place placeFor(PeerId peer) {
    return places.computeIfAbsent(peer, Place::new);
  }

  /** Gives up a place that is empty, and with it what is left of the peer's replaced sessions. */
  private void release(Place place) {
    if (place.isEmpty()) {
      places.remove(place.peer);
      closeAll(draining.takeOf(place.peer), "the session that replaced it is closed");
    }
  }

  private void closeAll(List<Drained> drained, String reason) {
    drained.forEach(one -> close(one.peer(), one.session().connection(), reason));
  }

  Collection<Place> places() {
    return places.values();
  }

  List<BanList.Ban> bans(long nowNanos) {
    return bans.running(nowNanos);
  }

  List<BanList.Ban> rememberedBans(long nowNanos) {
    return bans.remembered(nowNanos);
  }

  void restore(BanList.Ban ban) {
    bans.restore(ban);
  }

  /** What must hold between any two events. */
  void checkInvariants() {
    check(places.size() <= settings.maxConnections(), "more places than the maximum");
    check(
        draining.all().stream().allMatch(drained -> places.containsKey(drained.peer())),
        "a draining session without a place");
    check(
        draining.all().stream().noneMatch(drained -> isPlaced(drained.session().connection())),
        "a place that is draining");
    for (Place place : places.values()) {
      check(!place.isEmpty(), "an empty place");
      check(!place.peer.equals(self), "a link to ourselves");
    }
    check(retries.size() <= Retries.MAX_PEERS, "too many retries remembered");
  }

  /** Whoever carries signals knows such names: one link must not take the place of another. */
  private boolean isInUse(ConnectionId connection) {
    return isPlaced(connection) || draining.contains(connection);
  }

  private boolean isPlaced(ConnectionId connection) {
    return places.values().stream()
        .anyMatch(place ->
            (place.attempt != null && place.attempt.connection().equals(connection))
                || (place.session != null && place.session.connection().equals(connection)));
  }

  private static void check(boolean holds, String violation) {
    if (!holds) {
      throw new IllegalStateException(violation);
    }
  }
}
