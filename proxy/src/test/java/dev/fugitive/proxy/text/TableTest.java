package dev.fugitive.proxy.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.text.Table.Cell;
import dev.fugitive.proxy.text.Table.Column;
import dev.fugitive.proxy.text.Table.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Columns that fit, and colours where they are wanted. */
final class TableTest {
  private static Table table() {
    Table table = new Table(new Column("url", Kind.SHRINKING), new Column("size", Kind.RIGHT));
    table.add(Cell.of("http://a.example/a/long/path/to/something.iso"), Cell.of("1 B"));
    table.add(new Cell("http://b/", Tone.GOOD), Cell.of("10.0 MiB"));
    return table;
  }

  @Test
  void columnsAlignAndTheLongOneGivesWay() {
    assertThat(table().lines(0, Style.PLAIN))
        .containsExactly(
            "url                                                size",
            "http://a.example/a/long/path/to/something.iso       1 B",
            "http://b/                                      10.0 MiB");
    assertThat(table().lines(40, new Style(false, true)))
        .containsExactly(
            "url                                 size",
            "http://a.example/a/l…thing.iso       1 B",
            "http://b/                       10.0 MiB")
        .noneMatch(line -> line.length() > 40);
  }

  @Test
  void coloursAreForTerminalsWhoseUserWantsThem() {
    assertThat(Style.of(true, Map.of("TERM", "xterm"), StandardCharsets.UTF_8).colours()).isTrue();
    assertThat(Style.of(true, Map.of("NO_COLOR", "1"), StandardCharsets.UTF_8).colours()).isFalse();
    assertThat(Style.of(true, Map.of("TERM", "dumb"), StandardCharsets.UTF_8).colours()).isFalse();
    assertThat(Style.of(false, Map.of(), StandardCharsets.UTF_8).colours()).isFalse();
    assertThat(table().lines(0, new Style(true, true)).get(2))
        .startsWith("\u001b[32mhttp://b/\u001b[0m  ");
  }

  @Test
  void whatOthersWroteCannotCommandTheTerminal() {
    assertThat(Cell.of("a\u001b[2Jb\u202e").text()).isEqualTo("a?[2Jb?");
  }

  @Test
  void linesBreakBetweenWords() {
    assertThat(Style.wrapped("one two three", 7)).containsExactly("one two", "three");
    assertThat(Style.wrapped("one two three", 0)).containsExactly("one two three");
    assertThat(Age.format(Duration.ofSeconds(-7300))).isEqualTo("-2 h");
  }
}
