package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.Freshness;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.index.RepresentationIndex;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.PinOwner;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.Voucher;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What is in a cache, for its owner: told, checked, pinned and forgotten. Safe for use by several
 * threads, beside everything else that the cache does.
 */
public final class Stock implements Closeable {
  private static final Comparator<ContentId> BY_NAME =
      Comparator.comparing((ContentId id) -> id.root().hex()).thenComparingLong(ContentId::length);

  private final ContentStore contents;
  private final RepresentationIndex index;
  private final Consumer<ResourceKey> forget;
  private final InstantSource clock;
  private final Closeable owned;

  /**
   * Over a cache.
   *
   * @param forget makes the node forget the answers of a resource
   * @param owned is closed with this
   */
  Stock(
      ContentStore contents,
      RepresentationIndex index,
      Consumer<ResourceKey> forget,
      InstantSource clock,
      Closeable owned) {
    this.contents = contents;
    this.index = index;
    this.forget = forget;
    this.clock = clock;
    this.owned = owned;
  }

  /**
   * A content and the answers whose body it is.
   *
   * @param answers the latest first; none where only the bytes are known
   */
  public record Item(ContentId content, boolean pinned, List<Answer> answers) {
    public Item {
      answers = List.copyOf(answers);
    }
  }

  /**
   * A stored answer.
   *
   * @param age since the origin made or confirmed it (RFC 9111 section 4.2.3)
   * @param freshFor how long it may still be given without asking; negative where it is stale
   * @param signer who has signed for it: this node, where the origin itself gave it; another, where
   *     it came by that one's voucher; empty where nobody has
   */
  public record Answer(
      String url,
      int status,
      Instant stored,
      Duration age,
      Duration freshFor,
      Optional<PeerId> signer) {}

  /**
   * Some contents that were read and checked.
   *
   * @param damaged what was not as it was stored, and is forgotten
   * @param next where to go on; empty at the end
   */
  public record Verified(int contents, long bytes, List<Item> damaged, Optional<ContentId> next) {
    public Verified {
      damaged = List.copyOf(damaged);
    }
  }

  /**
   * What was forgotten.
   *
   * @param answers stored answers
   * @param contents bodies, with their length together
   * @param pinned what stays because it is pinned
   */
  public record Purged(int answers, int contents, long bytes, int pinned) {}

  /** How many contents are held whole. */
  public int size() {
    return contents.ids().size();
  }

  /**
   * Contents, the longest first.
   *
   * @param part that a URL of theirs must contain; empty for all
   * @param pinnedOnly those that are pinned
   * @param from how many to pass over
   * @param atMost how many to tell
   */
  public List<Item> list(String part, boolean pinnedOnly, int from, int atMost) {
    Set<ContentId> pinned = contents.pinned();
    return contents.ids().stream()
        .filter(id -> !pinnedOnly || pinned.contains(id))
        .sorted(Comparator.comparingLong(ContentId::length).reversed().thenComparing(BY_NAME))
        .map(id -> item(id, pinned))
        .filter(item ->
            part.isEmpty() || item.answers().stream().anyMatch(each -> each.url().contains(part)))
        .skip(from)
        .limit(atMost)
        .toList();
  }

  private Item item(ContentId id, Set<ContentId> pinned) {
    Instant now = clock.instant();
    return new Item(
        id, pinned.contains(id), index.find(id).stream().map(each -> answer(each, now)).toList());
  }

  private static Answer answer(StoredResponse stored, Instant now) {
    return new Answer(
        stored.url(),
        stored.head().status(),
        stored.responseTime(),
        Freshness.currentAge(stored, now),
        Freshness.remaining(stored, now),
        stored.voucher().flatMap(Voucher::signerOf));
  }

  /**
   * Reads contents anew and checks every byte, in the order of their ids; what is damaged is
   * forgotten.
   *
   * @param after where an earlier call ended
   * @param atLeastBytes after so many it ends
   */
  public Verified verify(Optional<ContentId> after, long atLeastBytes) throws IOException {
    List<ContentId> left =
        contents.ids().stream()
            .filter(id -> after.isEmpty() || BY_NAME.compare(id, after.get()) > 0)
            .sorted(BY_NAME)
            .toList();
    Set<ContentId> pinned = contents.pinned();
    List<Item> damaged = new ArrayList<>();
    long bytes = 0;
    int checked = 0;
    while (checked < left.size() && bytes < atLeastBytes) {
      ContentId id = left.get(checked);
      Item known = item(id, pinned);
      if (!contents.verify(id).orElse(true)) {
        damaged.add(known);
      }
      bytes += id.length();
      checked++;
    }
    Optional<ContentId> next =
        checked < left.size() ? Optional.of(left.get(checked - 1)) : Optional.empty();
    return new Verified(checked, bytes, damaged, next);
  }

  /**
   * Keeps the bodies of a URL from being evicted.
   *
   * @return how many are here
   * @throws IOException where they would take more than pinned contents may
   */
  public int pin(String url) throws IOException {
    int pinned = 0;
    for (ContentId content : bodies(url)) {
      pinned += contents.pin(content, PinOwner.USER) ? 1 : 0;
    }
    return pinned;
  }

  /**
   * Lets the bodies of a URL be evicted again.
   *
   * @return how many the user had pinned
   */
  public int unpin(String url) throws IOException {
    int unpinned = 0;
    for (ContentId content : bodies(url)) {
      unpinned += contents.unpin(content, PinOwner.USER) ? 1 : 0;
    }
    return unpinned;
  }

  /** The pins of a mirror, which are not the user's. */
  public Set<ContentId> pinnedByMirror() {
    return contents.pinned(PinOwner.MIRROR);
  }

  /**
   * Keeps a content for a mirror.
   *
   * @throws IOException where it would take more than pinned contents may
   */
  public void pinForMirror(ContentId content) throws IOException {
    contents.pin(content, PinOwner.MIRROR);
  }

  /** The mirror needs a content no more. */
  public void unpinForMirror(ContentId content) throws IOException {
    contents.unpin(content, PinOwner.MIRROR);
  }

  /** The bodies of a URL that are held whole, in all variants. */
  public Set<ContentId> held(String url) {
    Set<ContentId> held = bodies(url);
    held.removeIf(id -> contents.digests(id).isEmpty());
    return held;
  }

  private Set<ContentId> bodies(String url) {
    Set<ContentId> bodies = new HashSet<>();
    index.get(ResourceKey.primary("GET", url)).forEach(each -> bodies.add(each.content()));
    return bodies;
  }

  /** Forgets a URL in all variants, pinned or not, with the bodies that no other URL has. */
  public Purged purge(String url) throws IOException {
    ResourceKey key = ResourceKey.primary("GET", url);
    int answers = index.get(key).size();
    Set<ContentId> bodies = bodies(url);
    forget.accept(key);
    int count = 0;
    long bytes = 0;
    for (ContentId body : bodies) {
      boolean others = index.find(body).stream().anyMatch(each -> !each.primaryKey().equals(key));
      if (!others) {
        contents.remove(body);
        count++;
        bytes += body.length();
      }
    }
    return new Purged(answers, count, bytes, 0);
  }

  /** Forgets everything, pinned or not. */
  public Purged purgeAll() throws IOException {
    return purge(answers -> true, Set.of());
  }

  /** Forgets what was stored before a moment and not since, but for what is pinned. */
  public Purged purgeStoredBefore(Instant moment) throws IOException {
    return purge(
        answers -> answers.stream().allMatch(each -> each.responseTime().isBefore(moment)),
        contents.pinned());
  }

  private Purged purge(Predicate<List<StoredResponse>> which, Set<ContentId> staying)
      throws IOException {
    int forgotten = 0;
    int count = 0;
    int stay = 0;
    long bytes = 0;
    for (ContentId id : contents.ids()) {
      List<StoredResponse> answers = index.find(id);
      boolean chosen = which.test(answers);
      if (chosen && staying.contains(id)) {
        stay++;
      } else if (chosen) {
        answers.stream().map(StoredResponse::primaryKey).distinct().forEach(forget);
        contents.remove(id);
        forgotten += answers.size();
        count++;
        bytes += id.length();
      }
    }
    return new Purged(forgotten, count, bytes, stay);
  }

  /** Closes the cache where it was opened for this alone; a node's own is left to the node. */
  @Override
  public void close() throws IOException {
    owned.close();
  }
}
