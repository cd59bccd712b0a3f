package dev.fugitive.client.routing;

import dev.fugitive.client.peer.PeerId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * How long answers to one question are waited for.
 *
 * @param answer for any word at all
 * @param coming for what a peer says to be fetching just now, from the question on
 * @param believed whose word that something is coming is waited for
 * @param over done when nobody wants the answer any more; may never be
 */
public record AnswerPatience(
    Duration answer, Duration coming, Predicate<PeerId> believed, CompletableFuture<Void> over) {
  /** Nobody's promise is waited for. */
  public static AnswerPatience of(Duration answer) {
    return waiting(answer, Duration.ZERO, peer -> false);
  }

  /** These peers' promises are waited for as well. */
  public static AnswerPatience waiting(
      Duration answer, Duration coming, Predicate<PeerId> believed) {
    return new AnswerPatience(answer, coming, believed, new CompletableFuture<>());
  }

  /** The same for one question that may be taken back. */
  public AnswerPatience until(CompletableFuture<Void> takenBack) {
    return new AnswerPatience(answer, coming, believed, takenBack);
  }
}
