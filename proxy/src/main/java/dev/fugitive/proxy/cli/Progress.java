package dev.fugitive.proxy.cli;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.trust.FugitiveSource;
import dev.fugitive.proxy.config.ByteSize;
import dev.fugitive.proxy.text.Style;
import dev.fugitive.proxy.text.Tone;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A line on a terminal that says how far a fetch has come, how fast and from where; silent
 * elsewhere.
 */
final class Progress {
  private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int BAR_WIDTH = 30;
  private static final int BESIDE_BAR = 46;
  private static final int MIN_BAR_WIDTH = 5;
  private static final int USUAL_COLUMNS = 80;

  private final Console console;
  private final long totalBytes;
  private final LiveSources sources;
  private final long startNanos;
  private long doneBytes;
  private long drawnNanos;

  /** The total is -1 where it is not known. */
  Progress(Console console, long totalBytes, LiveSources sources, long startNanos) {
    this.console = console;
    this.totalBytes = totalBytes;
    this.sources = sources;
    this.startNanos = startNanos;
    this.drawnNanos = startNanos;
  }

  void add(long bytes) {
    doneBytes += bytes;
    long now = console.nanoClock().getAsLong();
    if (console.errIsTerminal() && now - drawnNanos >= REDRAW_NANOS) {
      drawnNanos = now;
      draw(line(now, sources.now()));
    }
  }

  /** Draws the last state and leaves the line; the sources are a {@code Fugitive-Source}. */
  void end(String sources) {
    if (console.errIsTerminal()) {
      draw(line(console.nanoClock().getAsLong(), Map.of()));
      console.err().println();
      if (!sources.isEmpty()) {
        console.err().println("from " + inWords(sources));
      }
    }
  }

  /** The most first, with a colour for what peers gave; as it is where it cannot be read. */
  private String inWords(String sources) {
    Style style = console.errStyle();
    Optional<FugitiveSource> source = FugitiveSource.parse(List.of(sources));
    if (source.isEmpty()) {
      return Style.harmless(sources);
    }
    String places =
        source.get().bytes().entrySet().stream()
            .filter(entry -> entry.getValue() > 0)
            .sorted(Map.Entry.<Provenance, Long>comparingByValue().reversed())
            .map(entry -> inWords(entry.getKey(), entry.getValue(), style))
            .collect(Collectors.joining(", "));
    String why = source.get().why().map(reason -> " (why=" + reason.token() + ")").orElse("");
    return (places.isEmpty() ? "nowhere" : places) + style.paint(Tone.FAINT, why);
  }

  private static String inWords(Provenance from, long bytes, Style style) {
    boolean peer = from == Provenance.TIER1 || from == Provenance.TIER2;
    String name = from.token();
    return style.paint(peer ? Tone.GOOD : Tone.NAME, name) + " " + ByteSize.format(bytes);
  }

  private void draw(String line) {
    if (console.errIsTerminal()) {
      console.err().print("\r" + line + "\u001b[K");
      console.err().flush();
    }
  }

  /**
   * The whole line, no longer than the terminal is wide.
   *
   * @param from what has come from where, as far as is known
   */
  String line(long nowNanos, Map<Provenance, Long> from) {
    double seconds = Math.max(1, nowNanos - startNanos) / 1e9;
    String rate = ByteSize.format((long) (doneBytes / seconds)) + "/s";
    String places = places(from);
    String line =
        totalBytes <= 0
            ? ByteSize.format(doneBytes) + "  " + rate
            : String.format(
                "%3d %% [%s] %s of %s  %s",
                100 * doneBytes / totalBytes,
                bar(barWidth(places.length())),
                ByteSize.format(doneBytes),
                ByteSize.format(totalBytes),
                rate);
    return line.length() + places.length() < columns() ? line + places : line;
  }

  private String bar(int width) {
    int filled = (int) (width * Math.min(doneBytes, totalBytes) / totalBytes);
    return "#".repeat(filled) + " ".repeat(width - filled);
  }

  /** The most first. */
  private static String places(Map<Provenance, Long> from) {
    String words =
        from.entrySet().stream()
            .filter(entry -> entry.getValue() > 0)
            .sorted(Map.Entry.<Provenance, Long>comparingByValue().reversed())
            .map(entry -> entry.getKey().token() + " " + ByteSize.format(entry.getValue()))
            .collect(Collectors.joining(", "));
    return words.isEmpty() ? "" : "  " + words;
  }

  /** What the words beside it leave. */
  private int barWidth(int places) {
    return Math.clamp(columns() - BESIDE_BAR - places, MIN_BAR_WIDTH, BAR_WIDTH);
  }

  private int columns() {
    int columns = console.terminal().errColumns();
    return columns == 0 ? USUAL_COLUMNS : columns;
  }
}
