package dev.fugitive.client.routing;

import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.FindThrough;
import dev.fugitive.client.wire.PeerMessage.ResourceFound;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What peers of peers hold: told to others, known from others, asked through others.
 *
 * <p>A filter is passed on as its maker sent it, under its maker's salt. So a question to a tier-2
 * peer is keyed by that peer's salt, and who passes it on can read it no better than anybody; and
 * whoever is linked to the maker, too, knows the filter by its salt, and does not count it twice.
 */
final class SecondTier {
  private static final Logger LOG = LoggerFactory.getLogger(SecondTier.class);

  /** How long a question waits at most that was passed on. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

  /** Tells are at least so far apart for each message of them. */
  private static final long MESSAGE_PAUSE_NANOS = 60_000_000;

  private final Collection<PeerRoute> routes;
  private final ByteString ownSalt;
  private final ResourceAnswers answers;
  private final BooleanSupplier sharing;
  private final FilterBudget budget;
  private final LongSupplier ticker;
  private final Change change = new Change();

  SecondTier(
      Collection<PeerRoute> routes,
      ByteString ownSalt,
      ResourceAnswers answers,
      BooleanSupplier sharing,
      FilterBudget budget,
      LongSupplier ticker) {
    this.routes = routes;
    this.ownSalt = ownSalt;
    this.answers = answers;
    this.sharing = sharing;
    this.budget = budget;
    this.ticker = ticker;
  }

  /** Something that others may have to be told has changed. */
  void changed() {
    change.note();
  }

  /** Tells a peer what our other peers hold, until its session ends. */
  void publish(PeerRoute to, long batchNanos) {
    try {
      long seen = change.await(-1, 0);
      do {
        if (to.awaitClosed(budget.waitNanos())) {
          return;
        }
        List<PeerMessage> news = news(to);
        for (PeerMessage message : news) {
          to.session().send(message);
        }
        if (to.awaitClosed(Math.max(batchNanos, news.size() * MESSAGE_PAUSE_NANOS))) {
          return;
        }
        seen = change.await(seen, Long.MAX_VALUE);
      } while (to.session().isOpen());
    } catch (IOException sessionClosed) {
      LOG.debug(
          "{}: nearby not told: {}", to.session().peer().shortName(), sessionClosed.toString());
    } catch (InterruptedException routingClosed) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the limits do not allow is taken back: the peer is told anew when they do. */
  private List<PeerMessage> news(PeerRoute to) throws InterruptedException {
    if (!sharing.getAsBoolean()) {
      return to.nearbyNews(List.of());
    }
    List<PeerMessage> news = routesFor(to);
    return news.isEmpty() || budget.chargeNearby(news) ? news : to.nearbyNews(List.of());
  }

  private List<PeerMessage> routesFor(PeerRoute to) {
    return to.supportsTier2() ? to.nearbyNews(routes) : List.of();
  }

  /** Those through whom a thing can be had, the likeliest first, of equals the nearest. */
  List<Target> targets(HoldingItem item) {
    Set<ByteString> knownSalts = new HashSet<>();
    knownSalts.add(ownSalt);
    routes.forEach(route -> knownSalts.add(route.holdings().salt()));
    return routes.stream()
        .filter(route -> route.sharing() && route.supportsTier2() && route.session().isOpen())
        .flatMap(route ->
            route.neighbours().best(item, knownSalts).stream()
                .map(hit -> new Target(route, hit.neighbour(), hit.holdings(), hit.likelihood())))
        .filter(target -> target.likelihood() >= Asking.MIN_LIKELIHOOD)
        .sorted(
            Comparator.comparingDouble(Target::likelihood)
                .reversed()
                .thenComparingLong(target -> Asking.roundTripNanos(target.session())))
        .toList();
  }

  /**
   * Asks a peer what another one wants to know of it; blocks until the answer is passed on. A peer
   * that has too many such questions open, or does not read the answers, gets none.
   */
  void passOn(PeerRoute asking, FindThrough question) {
    if (!asking.beginPassingOn()) {
      return;
    }
    try {
      Optional<List<ByteString>> vouchers = ask(asking, question);
      int id = question.questionId();
      asking
          .session()
          .send(
              vouchers.isEmpty() && asking.supports(PeerMessage.Supports.WAITING)
                  ? new PeerMessage.ResourceComing(id)
                  : new ResourceFound(id, vouchers.orElse(List.of())));
    } catch (IOException closed) {
      LOG.debug("{}: not answered: {}", asking.session().peer().shortName(), closed.toString());
    } finally {
      asking.endPassingOn();
    }
  }

  /** Empty where it is coming: nobody waits so long through two links. */
  private Optional<List<ByteString>> ask(PeerRoute asking, FindThrough question) {
    Optional<PeerRoute> asked = asking.nearbyRoute(question.neighbour());
    if (!sharing.getAsBoolean()
        || asked.isEmpty()
        || asked.get().isSilent(ticker.getAsLong())
        || !asked.get().allowsPassedOn(ticker.getAsLong())) {
      return Optional.of(List.of());
    }
    try {
      Optional<List<ByteString>> vouchers = vouchersOf(asked.get(), question.keyedResource());
      vouchers.ifPresent(given -> noteSaid(asked.get(), given));
      return vouchers;
    } catch (TimeoutException silent) {
      asked.get().noteSilence(ticker.getAsLong());
      return Optional.of(List.of());
    } catch (IOException | ExecutionException noAnswer) {
      return Optional.of(List.of());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(List.of());
    }
  }

  /** So that who reads these can at once be relayed what they name. */
  private void noteSaid(PeerRoute asked, List<ByteString> vouchers) {
    for (ByteString voucher : vouchers) {
      answers
          .contentOf(voucher)
          .ifPresent(content -> asked.holdings().noteSaid(new HoldingItem.OfContent(content)));
    }
  }

  private Optional<List<ByteString>> vouchersOf(PeerRoute asked, ByteString keyedResource)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<Optional<List<ByteString>>> vouchers = new CompletableFuture<>();
    Optional<Integer> id = asked.openQuestion(new Awaiting(vouchers), ticker.getAsLong());
    if (id.isEmpty()) {
      return Optional.of(List.of());
    }
    try {
      PeerSession session = asked.session();
      session.send(new PeerMessage.FindResource(id.get(), keyedResource));
      long limitNanos = asked.answerLimitNanos(ANSWER_TIMEOUT.toNanos());
      return vouchers.get(limitNanos, TimeUnit.NANOSECONDS);
    } finally {
      asked.closeQuestion(id.get());
    }
  }

  /** Takes the one answer. */
  private record Awaiting(CompletableFuture<Optional<List<ByteString>>> vouchers)
      implements PeerRoute.Asker {
    @Override
    public void onAnswer(PeerMessage answer) {
      vouchers.complete(
          Optional.of(answer instanceof ResourceFound found ? found.vouchers() : List.of()));
    }

    @Override
    public boolean onComing() {
      return vouchers.complete(Optional.empty());
    }

    @Override
    public void onGone() {
      vouchers.complete(Optional.of(List.of()));
    }
  }
}
