package dev.fugitive.client.routing;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.routing.ResourceAnswers.Vouched;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.ContentFound;
import dev.fugitive.client.wire.PeerMessage.FindAndSend;
import dev.fugitive.client.wire.PeerMessage.FindContent;
import dev.fugitive.client.wire.PeerMessage.FindResource;
import dev.fugitive.client.wire.PeerMessage.ResourceFound;
import dev.fugitive.client.wire.WireLimits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import okio.ByteString;

/** Answers what peers ask, within the limits of the wire; with nothing while we do not share. */
final class Answering {
  /** For how long a question waits; who asks has no more patience either. */
  static final Duration LONGEST_HOLD = Duration.ofSeconds(5);

  private final OwnHoldings own;
  private final ResourceAnswers answers;
  private final BooleanSupplier sharing;

  Answering(OwnHoldings own, ResourceAnswers answers, BooleanSupplier sharing) {
    this.own = own;
    this.answers = answers;
    this.sharing = sharing;
  }

  PeerMessage answer(PeerMessage question) {
    return switch (question) {
      case FindResource(int id, ByteString keyed) -> new ResourceFound(id, vouchers(keyed));
      case FindAndSend(int id, ByteString keyed, int ignored, int alsoIgnored) ->
          new ResourceFound(id, vouchers(keyed));
      case FindContent(int id, Digest digest) -> new ContentFound(id, contents(digest));
      default -> throw new IllegalArgumentException(question + " (expected: a question)");
    };
  }

  /** A question about a resource that is on its way here. */
  record Held(int questionId, CompletableFuture<Void> arrival) {
    /** Returns when it is here, when it is clear that it will not be, or when it takes too long. */
    void await() throws InterruptedException {
      try {
        arrival.get(LONGEST_HOLD.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException takesLong) {
        // answered with what is here
      } catch (ExecutionException e) {
        throw new IllegalStateException("an arrival never fails", e);
      }
    }
  }

  /** A question that is better answered later: about what is on its way here, and not here yet. */
  Optional<Held> held(PeerMessage question) {
    return switch (question) {
      case FindResource(int id, ByteString keyed) -> held(id, keyed);
      case FindAndSend(int id, ByteString keyed, int ignored, int alsoIgnored) -> held(id, keyed);
      default -> Optional.empty();
    };
  }

  private Optional<Held> held(int questionId, ByteString keyed) {
    return sharing.getAsBoolean()
        ? own.resource(keyed)
            .filter(resource -> answers.vouchersFor(resource).isEmpty())
            .flatMap(answers::arrivalOf)
            .map(arrival -> new Held(questionId, arrival))
        : Optional.empty();
  }

  private List<ByteString> vouchers(ByteString keyed) {
    return vouched(keyed).stream().map(Vouched::voucher).toList();
  }

  /**
   * What is to be sent together with its voucher: the content of a resource of which we know one
   * variant only, since of several we cannot tell which one is wanted.
   */
  Optional<Vouched> toSend(FindAndSend question) {
    List<Vouched> vouched = vouched(question.keyedResource());
    return vouched.size() == 1 && isSmall(vouched.getFirst().content(), question.maxChunks())
        ? Optional.of(vouched.getFirst())
        : Optional.empty();
  }

  private static boolean isSmall(ContentId content, int maxChunks) {
    return content.chunkCount() > 0 && content.chunkCount() <= maxChunks;
  }

  private List<Vouched> vouched(ByteString keyed) {
    if (!sharing.getAsBoolean()) {
      return List.of();
    }
    return own.resource(keyed).map(answers::vouchersFor).orElse(List.of()).stream()
        .filter(each -> each.voucher().size() > 0)
        .filter(each -> each.voucher().size() <= WireLimits.MAX_VOUCHER_BYTES)
        .limit(WireLimits.MAX_VOUCHERS)
        .toList();
  }

  private List<ContentId> contents(Digest digest) {
    if (!sharing.getAsBoolean()) {
      return List.of();
    }
    return answers.contentsWith(digest).stream().limit(WireLimits.MAX_FOUND_CONTENTS).toList();
  }
}
