package dev.fugitive.client.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fugitive.client.mirror.MirrorOrder.Verb;
import dev.fugitive.client.mirror.MirrorReport.State;
import dev.fugitive.client.mirror.MirrorSource.Kind;
import dev.fugitive.client.mirror.OrderBook.Verdict;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import okio.ByteString;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OrdersTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final MirrorSource FILE = MirrorSource.of(Kind.CONTENT, "https://a.test/file");

  private final Identity mirror = Identity.generate();
  private final Identity boss = Identity.generate();
  private final Identity stranger = Identity.generate();

  @TempDir Path directory;

  @Test
  void anOrderIsObeyedOnceHoweverOftenItComesAndAlsoAfterAStart() throws IOException {
    MirrorOrder add = order(boss, Verb.ADD, NOW);
    MirrorOrder remove = order(boss, Verb.REMOVE, NOW.plusMillis(1));
    try (OrderBook book = book()) {
      assertThat(book.take(add, NOW)).isEqualTo(new Verdict.Obeyed());
      assertThat(book.take(add, NOW)).isEqualTo(new Verdict.Known());
      assertThat(book.take(remove, NOW)).isEqualTo(new Verdict.Obeyed());
    }
    try (OrderBook book = book()) {
      assertThat(book.take(add, NOW.plus(Duration.ofDays(5)))).isEqualTo(new Verdict.Known());
      assertThat(book.sources()).isEmpty();
    }
  }

  @Test
  void onlyTrustedKeysCommandAndOnlyWhatTheySigned() throws IOException {
    MirrorOrder genuine = order(boss, Verb.ADD, NOW);
    MirrorOrder altered =
        new MirrorOrder(
            genuine.id(),
            genuine.from(),
            genuine.to(),
            genuine.timeMillis(),
            genuine.verb(),
            Optional.of(MirrorSource.of(Kind.CONTENT, "https://b.test/other")),
            genuine.signature());
    try (OrderBook book = book()) {
      refused(book, order(stranger, Verb.ADD, NOW), "may not command");
      refused(book, altered, "signature");
      refused(
          book,
          MirrorOrder.sign(boss, stranger.peerId(), Verb.ADD, Optional.of(FILE), NOW),
          "another mirror");
      refused(book, order(boss, Verb.ADD, NOW.minus(Duration.ofDays(31))), "another time");
      refused(book, order(boss, Verb.ADD, NOW.plus(Duration.ofDays(2))), "another time");
      assertThat(book.sources()).isEmpty();
      assertThat(book.take(order(mirror, Verb.ADD, NOW), NOW)).isEqualTo(new Verdict.Obeyed());
    }
  }

  @Test
  void compactionForgetsWhatCannotComeAgainAndKeepsWhatHolds() throws IOException {
    Instant later = NOW.plus(Duration.ofDays(60));
    MirrorOrder add = order(boss, Verb.ADD, NOW.plusMillis(1));
    try (OrderBook book = book()) {
      for (int i = 0; i < 50; i++) {
        book.take(order(boss, Verb.REMOVE, NOW), NOW);
      }
      book.take(add, NOW);
      book.compact(later);
      assertThat(book.ordersOf(boss.peerId())).containsExactly(add);
      refused(book, add, later, "another time");
    }
    try (OrderBook book = book()) {
      assertThat(book.sources()).containsExactly(FILE);
    }
  }

  @Test
  void aRemovalThatCameLateHoldsAfterWhatItRemovedMayComeAgain() throws IOException {
    MirrorOrder lateRemoval = order(boss, Verb.REMOVE, NOW.minus(Duration.ofDays(20)));
    try (OrderBook book = book()) {
      book.take(order(mirror, Verb.ADD, NOW), NOW);
      book.take(lateRemoval, NOW);
      book.compact(NOW.plus(Duration.ofDays(15)));
    }
    try (OrderBook book = book()) {
      assertThat(book.sources()).isEmpty();
      book.compact(NOW.plus(Duration.ofDays(60)));
      assertThat(book.ordersOf(boss.peerId())).isEmpty();
    }
  }

  @Test
  void theLastOrderThatAKeyGaveHoldsWhicheverComesLast() throws IOException {
    MirrorOrder add = order(boss, Verb.ADD, NOW);
    MirrorOrder remove = order(boss, Verb.REMOVE, NOW.plusMillis(1));
    try (OrderBook book = book()) {
      book.take(remove, NOW);
      refused(book, add, "a later order");
      assertThat(book.sources()).isEmpty();
      book.compact(NOW.plus(Duration.ofDays(29)));
      refused(book, add, NOW.plus(Duration.ofDays(29)), "a later order");
      assertThat(book.take(order(mirror, Verb.ADD, NOW.minusSeconds(9)), NOW))
          .as("another clock")
          .isEqualTo(new Verdict.Obeyed());
    }
    try (DurableLog log = DurableLog.open(directory.resolve("mirror.log")).log()) {
      log.rewrite(List.of(MirrorCodec.encode(remove), MirrorCodec.encode(add)));
    }
    try (OrderBook book = book()) {
      assertThat(book.sources()).isEmpty();
    }
  }

  @Test
  void ordersAreTimedOneAfterTheOtherAlthoughTheClockStandsStillOrIsSetBack() throws IOException {
    try (Outbox outbox = Outbox.open(directory.resolve("out.log"))) {
      assertThat(outbox.timeAfterAll(NOW)).isEqualTo(NOW);
      outbox.put(order(boss, Verb.ADD, NOW), NOW);
      assertThat(outbox.timeAfterAll(NOW)).isEqualTo(NOW.plusMillis(1));
      assertThat(outbox.timeAfterAll(NOW.minusSeconds(60))).isEqualTo(NOW.plusMillis(1));
      Instant longAgo = NOW.minus(Duration.ofDays(1));
      assertThat(outbox.timeAfterAll(longAgo)).isEqualTo(longAgo);
    }
  }

  @Test
  void whatARevokedKeyAddedIsKeptNoMoreAndWhatItRemovedStaysRemoved() throws IOException {
    MirrorSource own = MirrorSource.of(Kind.CONTENT, "https://a.test/own");
    MirrorSource both = MirrorSource.of(Kind.CONTENT, "https://a.test/both");
    MirrorSource removed = MirrorSource.of(Kind.CONTENT, "https://a.test/removed");
    try (OrderBook book = book()) {
      book.take(order(mirror, Verb.ADD, own), NOW);
      book.take(order(mirror, Verb.ADD, both), NOW);
      book.take(order(boss, Verb.ADD, both), NOW);
      book.take(order(boss, Verb.ADD, FILE), NOW);
      book.take(order(mirror, Verb.ADD, removed), NOW);
      book.take(order(boss, Verb.REMOVE, removed), NOW);
      book.compact(NOW.plus(Duration.ofDays(60)));
      assertThat(book.sources()).containsExactlyInAnyOrder(own, both, FILE);
    }
    try (OrderBook book = book(Set.of())) {
      assertThat(book.sources()).containsExactlyInAnyOrder(own, both);
    }
  }

  @Test
  void aLongLogIsWrittenAnewOnceAndNotAtEveryOrder() throws IOException {
    Path log = directory.resolve("mirror.log");
    String longPath = "/" + "x".repeat(2000);
    try (OrderBook book = book()) {
      int renewals = 0;
      Object before = fileKey(log);
      for (int i = 0; i < 600; i++) {
        MirrorSource source = MirrorSource.of(Kind.CONTENT, "https://a.test/" + i + longPath);
        assertThat(book.take(order(mirror, Verb.ADD, source), NOW)).isEqualTo(new Verdict.Obeyed());
        Object after = fileKey(log);
        renewals += after.equals(before) ? 0 : 1;
        before = after;
      }
      assertThat(Files.size(log)).isGreaterThan(1 << 20);
      assertThat(renewals).isEqualTo(1);
    }
  }

  private static Object fileKey(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return attributes.fileKey() == null ? attributes.creationTime() : attributes.fileKey();
  }

  @Test
  void theOutboxKeepsAnOrderUntilItsMirrorSaysThatItIsDone() throws IOException {
    MirrorOrder add = MirrorOrder.sign(boss, mirror.peerId(), Verb.ADD, Optional.of(FILE), NOW);
    MirrorReport done = MirrorReport.of(add.id(), State.DONE, "1 of 1");
    try (Outbox outbox = Outbox.open(directory.resolve("out.log"))) {
      outbox.put(add, NOW);
      assertThat(outbox.reported(stranger.peerId(), done)).isFalse();
      assertThat(outbox.reported(mirror.peerId(), MirrorReport.of(add.id(), State.WORKING, "0")))
          .isTrue();
    }
    Instant later = NOW.plus(Duration.ofDays(9));
    try (Outbox outbox = Outbox.open(directory.resolve("out.log"))) {
      assertThat(outbox.waitingFor(mirror.peerId(), later)).containsExactly(add);
      assertThat(outbox.mirrors(later)).containsExactly(mirror.peerId());
      assertThat(outbox.reported(mirror.peerId(), done)).isTrue();
      assertThat(outbox.reported(mirror.peerId(), done)).isFalse();
    }
    try (Outbox outbox = Outbox.open(directory.resolve("out.log"))) {
      assertThat(outbox.waitingFor(mirror.peerId(), later)).isEmpty();
      assertThat(outbox.entries().getFirst().report()).contains(done);
    }
  }

  @Test
  void questionsDoNotFillTheOutboxAndTheLastAnswerIsShownUntilTheNext() throws IOException {
    try (Outbox outbox = Outbox.open(directory.resolve("out.log"))) {
      MirrorOrder answered = order(boss, Verb.STATUS, NOW);
      outbox.put(answered, NOW);
      outbox.reported(mirror.peerId(), MirrorReport.of(answered.id(), State.DONE, "all"));
      for (int i = 0; i < 2 * Outbox.MAX_ORDERS; i++) {
        outbox.put(order(boss, Verb.STATUS, NOW), NOW);
      }
      MirrorOrder last = order(boss, Verb.STATUS, NOW);
      outbox.put(last, NOW);
      outbox.put(order(boss, Verb.ADD, NOW), NOW);
      assertThat(outbox.entries()).hasSize(3);
      assertThat(outbox.entries().getFirst().order()).isEqualTo(answered);
      outbox.reported(mirror.peerId(), MirrorReport.of(last.id(), State.DONE, "more"));
      assertThat(outbox.entries()).hasSize(2);
    }
    try (Outbox outbox = Outbox.open(directory.resolve("out.log"))) {
      assertThat(outbox.entries()).as("the order alone").hasSize(1);
    }
  }

  @Test
  void whatIsWrittenIsRead() throws ProtocolException {
    for (Verb verb : Verb.values()) {
      MirrorOrder order = order(boss, verb, NOW);
      assertThat(MirrorCodec.decodeOrder(MirrorCodec.encode(order))).isEqualTo(order);
      assertThat(order.isGenuine()).isTrue();
    }
    MirrorReport report = MirrorReport.of(ByteString.of(new byte[16]), State.REFUSED, "nein: ä");
    assertThat(MirrorCodec.decodeReport(MirrorCodec.encode(report))).isEqualTo(report);
  }

  @Property(tries = 2000, seed = "2026")
  void anyBytesAreAnOrderOrAProtocolException(
      @ForAll @Size(max = 400) byte[] bytes, @ForAll boolean isOfThisVersion) {
    if (isOfThisVersion && bytes.length > 0) {
      bytes[0] = 1;
    }
    readsOrNames(() -> MirrorCodec.decodeOrder(ByteString.of(bytes)));
    readsOrNames(() -> MirrorCodec.decodeReport(ByteString.of(bytes)));
  }

  @Property(tries = 2000, seed = "2026")
  void aChangedOrderIsAnOtherOrderOrAProtocolException(
      @ForAll @IntRange(max = 10_000) int at, @ForAll byte value) {
    byte[] order = MirrorCodec.encode(order(boss, Verb.ADD, NOW)).toByteArray();
    order[at % order.length] = value;
    readsOrNames(() -> MirrorCodec.decodeOrder(ByteString.of(order)));
  }

  private static void readsOrNames(ThrowingCallable decoding) {
    Throwable refused = catchThrowable(decoding);
    if (refused != null) {
      assertThat(refused).isInstanceOf(ProtocolException.class).hasMessageContaining("(expected: ");
    }
  }

  @Test
  void urlsAreOfOneFormAndHaveNoUser() {
    assertThat(MirrorSource.of(Kind.CONTENT, "HTTPS://A.test:443/x#y").url())
        .isEqualTo("https://a.test/x");
    assertThatThrownBy(() -> MirrorSource.of(Kind.CONTENT, "https://u:p@a.test/"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MirrorSource.of(Kind.CONTENT, "ftp://a.test/"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void refused(OrderBook book, MirrorOrder order, String words) throws IOException {
    refused(book, order, NOW, words);
  }

  private static void refused(OrderBook book, MirrorOrder order, Instant now, String words)
      throws IOException {
    assertThat(book.take(order, now))
        .isInstanceOfSatisfying(
            Verdict.Refused.class, refusal -> assertThat(refusal.why()).contains(words));
  }

  private MirrorOrder order(Identity from, Verb verb, Instant time) {
    Optional<MirrorSource> source = verb == Verb.STATUS ? Optional.empty() : Optional.of(FILE);
    return MirrorOrder.sign(from, mirror.peerId(), verb, source, time);
  }

  private MirrorOrder order(Identity from, Verb verb, MirrorSource source) {
    return MirrorOrder.sign(from, mirror.peerId(), verb, Optional.of(source), NOW);
  }

  private OrderBook book() throws IOException {
    return book(Set.of(boss.peerId()));
  }

  private OrderBook book(Set<PeerId> commanders) throws IOException {
    return OrderBook.open(directory.resolve("mirror.log"), mirror.peerId(), commanders);
  }
}
