package dev.fugitive.client.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What was given in a month is known after whatever happens to the process. */
class MonthAccountTest {
  private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);
  private static final YearMonth DECEMBER = YearMonth.of(2026, 12);
  private static final Optional<Long> NO_LIMIT = Optional.empty();

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = directory.resolve("state/months");
  }

  @Test
  void afterACloseItIsExact() throws Exception {
    try (MonthAccount account = MonthAccount.open(file)) {
      assertThat(account.charge(NOVEMBER, 1234, NO_LIMIT)).isTrue();
      assertThat(account.charge(DECEMBER, 5, NO_LIMIT)).isTrue();
      assertThat(account.toDate(NOVEMBER)).isEqualTo(new MonthToDate(NOVEMBER, 1234, true));
    }
    try (MonthAccount account = MonthAccount.open(file)) {
      assertThat(account.toDate(NOVEMBER).bytes()).isEqualTo(1234);
      assertThat(account.toDate(DECEMBER).bytes()).isEqualTo(5);
    }
  }

  @Test
  void whoOnlyLooksChangesNothing() throws Exception {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "2026-10 7\n2026-11 100\n");
    try (MonthAccount account = MonthAccount.open(file)) {
      assertThat(account.toDate(NOVEMBER).bytes()).isEqualTo(100);
    }
    assertThat(Files.readString(file)).isEqualTo("2026-10 7\n2026-11 100\n");
  }

  @Test
  void aClockThatIsSetBackGoesOnWithTheOlderMonth() throws Exception {
    try (MonthAccount account = MonthAccount.open(file)) {
      account.charge(NOVEMBER, 100, NO_LIMIT);
      account.charge(DECEMBER, 1, NO_LIMIT);
      account.charge(NOVEMBER, 100, NO_LIMIT);
      assertThat(account.toDate(NOVEMBER).bytes()).isEqualTo(200);
      assertThat(account.toDate(DECEMBER).bytes()).isEqualTo(1);
    }
  }

  @Test
  void monthsThatWereNotUsedForLongAreForgotten() throws Exception {
    try (MonthAccount account = MonthAccount.open(file)) {
      for (int i = 0; i < 3 * MonthAccount.MAX_MONTHS; i++) {
        account.charge(NOVEMBER.plusMonths(i), 1, NO_LIMIT);
        account.charge(NOVEMBER, 1, NO_LIMIT);
      }
    }
    assertThat(Files.readAllLines(file)).hasSize(MonthAccount.MAX_MONTHS);
    try (MonthAccount account = MonthAccount.open(file)) {
      assertThat(account.toDate(NOVEMBER).bytes()).isEqualTo(3 * MonthAccount.MAX_MONTHS + 1);
    }
  }

  @Test
  void manyAtOnceNeverTakeMoreThanTheLimit() throws Exception {
    long limit = 10_000_000;
    AtomicLong given = new AtomicLong();
    try (MonthAccount account = MonthAccount.open(file)) {
      List<Thread> givers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        givers.add(Thread.ofVirtual().start(() -> giveAll(account, limit, given)));
      }
      for (Thread giver : givers) {
        giver.join();
      }
      assertThat(given.get()).isLessThanOrEqualTo(limit).isGreaterThan(limit - 50_000);
      assertThat(account.toDate(NOVEMBER).bytes()).isEqualTo(given.get());
    }
  }

  private static void giveAll(MonthAccount account, long limit, AtomicLong given) {
    try {
      while (account.charge(NOVEMBER, 50_000, Optional.of(limit))) {
        given.addAndGet(50_000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anAccountThatCannotBeWrittenStopsWhatHasALimitAndNothingElse() throws Exception {
    Files.writeString(directory.resolve("state"), "a file where a directory should be");
    try (MonthAccount account = MonthAccount.open(file)) {
      assertThat(account.charge(NOVEMBER, 1, Optional.of(1_000_000L))).isFalse();
      assertThat(account.toDate(NOVEMBER)).isEqualTo(new MonthToDate(NOVEMBER, 0, false));
      assertThat(account.charge(NOVEMBER, 1, NO_LIMIT)).isTrue();
      Files.delete(directory.resolve("state"));
    }
    assertThat(Files.readString(file)).isEqualTo("2026-11 1\n");
  }

  @Test
  void whatAnEditorSpoiltIsLeftOut() throws Exception {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "2026-11 100\nrubbish\n2026-12 -5\n2026-13 5\n");
    try (MonthAccount account = MonthAccount.open(file)) {
      assertThat(account.toDate(NOVEMBER).bytes()).isEqualTo(100);
      assertThat(account.toDate(DECEMBER).bytes()).isZero();
    }
  }

  @Test
  void afterAKillItShowsWhatWasGivenAndLittleMore() throws Exception {
    for (int round = 0; round < 3; round++) {
      long before;
      try (MonthAccount account = MonthAccount.open(file)) {
        before = account.toDate(NOVEMBER).bytes();
      }
      long said = giveUntilKilled(20 + 37 * round);
      try (MonthAccount account = MonthAccount.open(file)) {
        // one more may have been charged after the last that was said
        assertThat(account.toDate(NOVEMBER).bytes() - before)
            .isBetween(said, said + MonthAccount.AHEAD_BYTES + 200_000);
      }
    }
  }

  private long giveUntilKilled(int lines) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classPath(),
                Giver.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long said = 0;
    try (BufferedReader words =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (int i = 0; i < lines; i++) {
        said = Long.parseLong(String.valueOf(words.readLine()));
      }
      // by its handle, which leaves open what it said last
      assertThat(process.toHandle().destroyForcibly()).isTrue();
      for (String line = words.readLine(); line != null; line = words.readLine()) {
        said = line.matches("\\d+") ? Math.max(said, Long.parseLong(line)) : said;
      }
    } finally {
      process.destroyForcibly();
    }
    process.waitFor();
    return said;
  }

  /** What the process needs, wherever the test's own loader has it from. */
  private static String classPath() {
    return Stream.of(Giver.class, MonthAccount.class, LoggerFactory.class)
        .map(type -> Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** A process that charges, says what it charged so far, and goes on until it is killed. */
  static final class Giver {
    private Giver() {}

    public static void main(String[] arguments) throws Exception {
      MonthAccount account = MonthAccount.open(Path.of(arguments[0]));
      long given = 0;
      while (account.charge(NOVEMBER, 100_000, Optional.of(1L << 40))) {
        given += 100_000;
        // a newline at the end, so that no number is cut by the kill and taken for another
        System.out.println(given);
      }
    }
  }
}
