package dev.fugitive.client.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.mirror.MirrorSource.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** A mirror's schedule on a virtual clock. */
final class MirrorCoreTest {
  private static final MirrorSource FILE = MirrorSource.of(Kind.CONTENT, "https://a.test/file");
  private static final MirrorSource LIST = MirrorSource.of(Kind.LIST, "https://a.test/list");

  private final MirrorCore core = new MirrorCore(new Random(1));
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  /** What is under way, and the number of its fetch. */
  private final Map<String, Long> fetched = new LinkedHashMap<>();

  @Test
  void whatIsAddedIsFetchedAtOnceAndAgainWhenItIsStale() {
    assertThat(on(new MirrorEvent.Added(FILE)))
        .containsExactly(new MirrorAction.Fetch(1, FILE.url(), Optional.empty()));
    assertThat(came(FILE.url(), Duration.ofHours(2)))
        .containsExactly(new MirrorAction.Pin(FILE.url()));
    assertThat(after(Duration.ofHours(2).minusSeconds(1))).isEmpty();
    assertThat(after(Duration.ofMinutes(13))).hasSize(1);
    assertThat(came(FILE.url(), Duration.ofHours(2)))
        .as("it may be another version")
        .containsExactly(new MirrorAction.Pin(FILE.url()));
  }

  @Test
  void freshnessIsKeptWithinBounds() {
    on(new MirrorEvent.Added(FILE));
    came(FILE.url(), Duration.ofSeconds(1));
    assertThat(after(Duration.ofSeconds(59))).isEmpty();
    assertThat(after(Duration.ofSeconds(8))).hasSize(1);
    came(FILE.url(), Duration.ofDays(365));
    assertThat(after(Duration.ofHours(23))).isEmpty();
    assertThat(after(Duration.ofHours(4))).hasSize(1);
    came(FILE.url(), Duration.ZERO);
    assertThat(after(Duration.ofMinutes(59))).isEmpty();
    assertThat(after(Duration.ofMinutes(8))).hasSize(1);
  }

  @Test
  void whatFailsIsTriedEverMoreSeldomAndStaysHere() {
    on(new MirrorEvent.Added(FILE));
    came(FILE.url(), Duration.ofHours(1));
    after(Duration.ofHours(2));
    Duration before = Duration.ZERO;
    for (int i = 0; i < 15; i++) {
      assertThat(failed(FILE.url())).as("what is here stays").isEmpty();
      Duration wait = Duration.between(now, core.nextDue().orElseThrow());
      assertThat(wait).isBetween(before.dividedBy(4), Duration.ofHours(6));
      before = wait;
      assertThat(after(wait)).hasSize(1);
    }
    assertThat(before).isGreaterThanOrEqualTo(Duration.ofHours(3));
    assertThat(core.status(FILE).here()).isEqualTo(1);
    assertThat(core.status(FILE).words()).contains("1 failing").contains("503");
    came(FILE.url(), Duration.ofHours(1));
    assertThat(core.status(FILE).failing()).isZero();
  }

  @Test
  void aListIsExpandedAndFollowsItsText() {
    assertThat(on(new MirrorEvent.Added(LIST)))
        .containsExactly(new MirrorAction.Fetch(1, LIST.url(), Optional.of(Kind.LIST)));
    listed("https://a.test/1", "https://a.test/2");
    assertThat(fetched).containsKeys("https://a.test/1", "https://a.test/2");
    came("https://a.test/1", Duration.ofDays(1));
    came("https://a.test/2", Duration.ofDays(1));
    assertThat(core.status(LIST).isComplete()).isTrue();
    assertThat(core.status(LIST).wanted()).isEqualTo(3);

    after(Duration.ofHours(2));
    assertThat(listed("https://a.test/2", "https://a.test/3"))
        .contains(new MirrorAction.Release("https://a.test/1"))
        .doesNotContain(new MirrorAction.Release("https://a.test/2"));
    assertThat(core.isWanted("https://a.test/1")).isFalse();
    assertThat(core.status(LIST).isComplete()).isFalse();
  }

  @Test
  void whatTwoWantStaysUntilNeitherDoes() {
    MirrorSource one = MirrorSource.of(Kind.CONTENT, "https://a.test/1");
    on(new MirrorEvent.Added(LIST));
    listed(one.url());
    came(one.url(), Duration.ofDays(1));
    on(new MirrorEvent.Added(one));
    assertThat(on(new MirrorEvent.Removed(LIST)))
        .containsExactly(new MirrorAction.Forget(LIST), new MirrorAction.Release(LIST.url()));
    assertThat(on(new MirrorEvent.Removed(one)))
        .containsExactly(new MirrorAction.Release(one.url()));
    assertThat(core.status()).isEmpty();
  }

  @Test
  void fewAreFetchedAtOnceAndAllInTheEnd() {
    on(new MirrorEvent.Added(LIST));
    String[] urls =
        IntStream.range(0, 50).mapToObj(i -> "https://a.test/" + i).toArray(String[]::new);
    listed(urls);
    for (int i = 0; i < 60; i++) {
      if (!fetched.isEmpty()) {
        came(fetched.keySet().iterator().next(), Duration.ofDays(1));
      }
    }
    assertThat(core.status(LIST).here()).isEqualTo(51);
  }

  @Test
  void aListWithoutEndIsCutAndSaysSo() {
    on(new MirrorEvent.Added(LIST));
    listed(
        IntStream.range(0, MirrorCore.MAX_URLS + 10)
            .mapToObj(i -> "https://a.test/" + i)
            .toArray(String[]::new));
    assertThat(core.status(LIST).leftOut()).isEqualTo(11);
    assertThat(core.status(LIST).words()).contains("11 left out");
  }

  @Property(tries = 300, seed = "2026")
  void whateverHappensTheInvariantsHold(@ForAll Random random) {
    MirrorCore any = new MirrorCore(random);
    fetched.clear();
    Instant time = Instant.EPOCH;
    for (int i = 0; i < 200; i++) {
      time = time.plusSeconds(random.nextInt(2000));
      String url = "https://a.test/" + random.nextInt(6);
      Kind kind = random.nextBoolean() ? Kind.CONTENT : Kind.LIST;
      MirrorSource source = MirrorSource.of(kind, url);
      Optional<List<String>> names =
          random.nextBoolean()
              ? Optional.empty()
              : Optional.of(
                  random
                      .ints(random.nextInt(4), 0, 9)
                      .mapToObj(n -> "https://a.test/" + n)
                      .toList());
      MirrorEvent event =
          switch (random.nextInt(5)) {
            case 0 -> new MirrorEvent.Added(source);
            case 1 -> new MirrorEvent.Removed(source);
            case 2 -> new MirrorEvent.Failed(number(random, url), url, "odd");
            case 3 -> new MirrorEvent.Tick();
            default ->
                new MirrorEvent.Fetched(number(random, url), url, 5, Duration.ofMinutes(3), names);
          };
      List<MirrorAction> actions = any.on(event, time);
      note(actions);
      for (MirrorAction action : actions) {
        if (action instanceof MirrorAction.Cancel(long number)) {
          note(any.on(new MirrorEvent.Failed(number, url, "interrupted"), time));
        }
      }
      any.checkInvariants();
    }
  }

  /** The one that is under way, mostly. */
  private long number(Random random, String url) {
    return random.nextInt(5) == 0 ? -1 : fetched.getOrDefault(url, 0L);
  }

  @Test
  void aFetchThatNobodyWaitsForCountsUntilItsEndAndItsEndIsNotTheNextOnes() {
    on(new MirrorEvent.Added(FILE));
    long first = number(FILE.url());
    assertThat(on(new MirrorEvent.Removed(FILE)))
        .containsExactly(new MirrorAction.Cancel(first), new MirrorAction.Release(FILE.url()));
    on(new MirrorEvent.Added(FILE));
    long second = number(FILE.url());
    for (int i = 0; i < 10; i++) {
      on(new MirrorEvent.Added(MirrorSource.of(Kind.CONTENT, "https://a.test/" + i)));
    }
    assertThat(fetched).as("with the first one of the file four").hasSize(3);
    on(new MirrorEvent.Failed(first, FILE.url(), "interrupted"));
    assertThat(core.status(FILE).failing()).isZero();
    on(new MirrorEvent.Fetched(second, FILE.url(), 5, Duration.ofDays(1), Optional.empty()));
    assertThat(core.status(FILE).isComplete()).isTrue();
  }

  @Test
  void aListThatNamesSuspiciouslyLittleIsBelievedWhenItSaysSoAgain() {
    on(new MirrorEvent.Added(LIST));
    listed("https://a.test/1", "https://a.test/2", "https://a.test/3");
    after(Duration.ofHours(2));
    assertThat(listed()).doesNotHaveAnyElementsOfTypes(MirrorAction.Release.class);
    assertThat(core.isWanted("https://a.test/1")).isTrue();
    assertThat(core.status(LIST).trouble()).contains("0 URLs (expected: about 3)");
    after(Duration.ofHours(2));
    listed("https://a.test/1", "https://a.test/2", "https://a.test/3");
    assertThat(core.status(LIST).failing()).isZero();
    after(Duration.ofHours(2));
    listed("https://a.test/1");
    after(Duration.ofHours(2));
    assertThat(listed("https://a.test/1"))
        .contains(
            new MirrorAction.Release("https://a.test/2"),
            new MirrorAction.Remember(LIST, List.of("https://a.test/1")));
    assertThat(core.isWanted("https://a.test/1")).isTrue();
  }

  @Test
  void whatAListNamedBeforeARestartIsWantedBeforeItsTextComes() {
    on(new MirrorEvent.Added(LIST));
    on(new MirrorEvent.Named(LIST, List.of("https://a.test/1", "https://a.test/2")));
    failed(LIST.url());
    assertThat(core.isWanted("https://a.test/2")).isTrue();
    assertThat(core.status(LIST).wanted()).isEqualTo(3);
  }

  private List<MirrorAction> on(MirrorEvent event) {
    List<MirrorAction> actions = core.on(event, now);
    core.checkInvariants();
    note(actions);
    return actions;
  }

  private void note(List<MirrorAction> actions) {
    for (MirrorAction action : actions) {
      if (action instanceof MirrorAction.Fetch fetch) {
        fetched.put(fetch.url(), fetch.number());
      }
    }
  }

  private long number(String url) {
    return Objects.requireNonNull(fetched.get(url), url);
  }

  private long ended(String url) {
    return Objects.requireNonNull(fetched.remove(url), url);
  }

  private List<MirrorAction> failed(String url) {
    return on(new MirrorEvent.Failed(ended(url), url, "503"));
  }

  private List<MirrorAction> came(String url, Duration fresh) {
    return on(new MirrorEvent.Fetched(ended(url), url, 10, fresh, Optional.empty()));
  }

  private List<MirrorAction> listed(String... urls) {
    return on(
        new MirrorEvent.Fetched(
            ended(LIST.url()), LIST.url(), 10, Duration.ofHours(1), Optional.of(List.of(urls))));
  }

  private List<MirrorAction> after(Duration time) {
    now = now.plus(time);
    return on(new MirrorEvent.Tick());
  }
}
