package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.ByteSize;
import java.util.concurrent.TimeUnit;

/** A line on a terminal that says how far a fetch has come and how fast; silent elsewhere. */
final class Progress {
  private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int BAR_WIDTH = 30;

  private final Console console;
  private final long totalBytes;
  private final long startNanos;
  private long doneBytes;
  private long drawnNanos;

  /** The total is -1 where it is not known. */
  Progress(Console console, long totalBytes, long startNanos) {
    this.console = console;
    this.totalBytes = totalBytes;
    this.startNanos = startNanos;
    this.drawnNanos = startNanos;
  }

  void add(long bytes) {
    doneBytes += bytes;
    long now = console.nanoClock().getAsLong();
    if (now - drawnNanos >= REDRAW_NANOS) {
      drawnNanos = now;
      draw(line(now));
    }
  }

  /** Draws the last state and leaves the line; the sources are the proxy's own words. */
  void end(String sources) {
    if (console.errIsTerminal()) {
      draw(line(console.nanoClock().getAsLong()));
      console.err().println();
      if (!sources.isEmpty()) {
        console.err().println("from: " + sources);
      }
    }
  }

  private void draw(String line) {
    if (console.errIsTerminal()) {
      console.err().print("\r" + line + "\u001b[K");
      console.err().flush();
    }
  }

  String line(long nowNanos) {
    double seconds = Math.max(1, nowNanos - startNanos) / 1e9;
    String rate = ByteSize.format((long) (doneBytes / seconds)) + "/s";
    if (totalBytes <= 0) {
      return ByteSize.format(doneBytes) + "  " + rate;
    }
    int filled = (int) (BAR_WIDTH * doneBytes / totalBytes);
    return String.format(
        "%3d %% [%s%s] %s of %s  %s",
        100 * doneBytes / totalBytes,
        "#".repeat(filled),
        " ".repeat(BAR_WIDTH - filled),
        ByteSize.format(doneBytes),
        ByteSize.format(totalBytes),
        rate);
  }
}
