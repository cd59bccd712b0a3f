package dev.fugitive.proxy.log;

import static java.time.temporal.ChronoField.NANO_OF_SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.proxy.control.JsonText;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A line of the access log: the same as JSON is written anywhere else here, only sooner. */
final class AccessRecordTest {
  @Property(tries = 500, seed = "2026")
  void aLineIsWhatTheGenericWriterMakesOfIt(@ForAll("records") AccessRecord line) {
    assertThat(line.toJson()).isEqualTo(generic(line));
  }

  @Property(tries = 500, seed = "2026")
  void instantsAreWrittenAsTheyWriteThemselves(
      @ForAll("instants") Instant first, @ForAll("instants") Instant second) {
    InstantText instants = new InstantText();
    assertThat(text(instants, first)).isEqualTo(first.toString());
    assertThat(text(instants, second)).isEqualTo(second.toString());
    Instant sameSecond = second.with(NANO_OF_SECOND, first.getLong(NANO_OF_SECOND));
    assertThat(text(instants, sameSecond)).isEqualTo(sameSecond.toString());
  }

  @Test
  void theEndsOfTimeAreWrittenAsWell() {
    for (Instant end : new Instant[] {Instant.MIN, Instant.EPOCH, Instant.MAX}) {
      assertThat(text(new InstantText(), end)).isEqualTo(end.toString());
    }
  }

  private static String text(InstantText instants, Instant instant) {
    StringBuilder text = new StringBuilder();
    instants.append(text, instant);
    return text.toString();
  }

  private static String generic(AccessRecord line) {
    Map<String, Long> counts = new TreeMap<>();
    line.bytes().forEach((from, count) -> counts.put(from.name().toLowerCase(Locale.ROOT), count));
    return JsonText.write(
        Map.of(
            "started", line.started(),
            "method", line.method(),
            "url", line.url(),
            "status", line.status(),
            "durationMillis", line.durationMillis(),
            "bytes", counts,
            "why", line.why(),
            "end", line.end(),
            "error", line.error()));
  }

  @Provide
  Arbitrary<AccessRecord> records() {
    Arbitrary<Map<Provenance, Long>> bytes =
        Arbitraries.maps(Arbitraries.of(Provenance.class), Arbitraries.longs().greaterOrEqual(0))
            .map(HashMap::new);
    return Combinators.combine(
            instants(),
            Arbitraries.of("GET", "HEAD", "POST", "M-SEARCH"),
            urls(),
            Arbitraries.integers().between(0, 999),
            Arbitraries.longs().greaterOrEqual(0),
            bytes,
            Arbitraries.of("no-peer", "private", "odd \"why\"").optional(),
            Arbitraries.of("complete", "abandoned", "failed"))
        .as(AccessRecordTest::record);
  }

  private static AccessRecord record(
      Instant started,
      String method,
      String url,
      int status,
      long durationMillis,
      Map<Provenance, Long> bytes,
      Optional<String> why,
      String end) {
    Optional<String> error = end.equals("failed") ? Optional.of("broke \"off\"") : Optional.empty();
    return new AccessRecord(started, method, url, status, durationMillis, bytes, why, end, error);
  }

  /** With all that JSON escapes, and what it does not. */
  private static Arbitrary<String> urls() {
    return Arbitraries.strings()
        .ascii()
        .withChars('"', '\\', '\n', '\r', '\t', '\u0001', '\u00e4', '\u20ac')
        .ofMaxLength(60)
        .map(path -> "http://a.example/" + path);
  }

  /** Nanoseconds that need no digit, three, six and nine of them. */
  @Provide
  Arbitrary<Instant> instants() {
    Arbitrary<Long> seconds =
        Arbitraries.oneOf(
            Arbitraries.longs().between(0, 4_102_444_800L),
            Arbitraries.longs()
                .between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()));
    Arbitrary<Integer> nanos =
        Arbitraries.oneOf(
            Arbitraries.just(0),
            Arbitraries.integers().between(0, 999).map(milli -> milli * 1_000_000),
            Arbitraries.integers().between(0, 999_999).map(micro -> micro * 1_000),
            Arbitraries.integers().between(0, 999_999_999));
    return Combinators.combine(seconds, nanos).as((s, n) -> Instant.ofEpochSecond(s, n));
  }
}
