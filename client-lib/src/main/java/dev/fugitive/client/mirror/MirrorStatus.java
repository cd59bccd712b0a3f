package dev.fugitive.client.mirror;

import dev.fugitive.client.peer.PeerId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import okio.ByteString;

/** What a mirror shows of itself: what it keeps, and what it has told others to keep. */
public record MirrorStatus(List<Source> sources, List<Sent> sent) {
  public MirrorStatus {
    sources = List.copyOf(sources);
    sent = List.copyOf(sent);
  }

  /**
   * How far it is with one source.
   *
   * @param wanted URLs that it stands for, a list itself included
   * @param here of them, those that were fetched
   * @param failing of them, those whose last fetch failed
   * @param leftOut what it lists beyond what is kept
   * @param checked when one of them was last fetched or validated; {@link Instant#EPOCH} for never
   * @param trouble why one is failing; empty for none
   */
  public record Source(
      MirrorSource source,
      int wanted,
      int here,
      int failing,
      int leftOut,
      long lengthBytes,
      Instant checked,
      String trouble) {
    /** Whether all of it is here. */
    public boolean isComplete() {
      return wanted > 0 && here == wanted;
    }

    /** In words. */
    public String words() {
      String words = here + " of " + wanted + " URLs, " + lengthBytes + " bytes";
      return words
          + (leftOut > 0 ? ", " + leftOut + " left out" : "")
          + (failing > 0 ? ", " + failing + " failing: " + trouble : "");
    }
  }

  /**
   * An order to another mirror, and what was last heard of it.
   *
   * @param source what it is about; empty for a question
   * @param state empty where the mirror has not received it yet, as far as is known
   */
  public record Sent(
      ByteString id,
      PeerId mirror,
      MirrorOrder.Verb verb,
      Optional<MirrorSource> source,
      Optional<MirrorReport.State> state,
      String detail) {}
}
