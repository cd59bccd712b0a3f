package dev.fugitive.proxy.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows in aligned columns. Where they are wider than the terminal, columns that may shrink lose the
 * middle of their texts, the widest first. Confined to one thread.
 */
public final class Table {
  private static final String GAP = "  ";
  private static final int NARROWEST = 12;

  /** How a column stands, and whether it gives way. */
  public enum Kind {
    LEFT,
    RIGHT,
    SHRINKING
  }

  /** A column; a table without titles has no line of them. */
  public record Column(String title, Kind kind) {}

  /** A cell; what it says is made harmless for terminals. */
  public record Cell(String text, Tone tone) {
    public Cell {
      text = Style.harmless(text);
    }

    /** Plain words. */
    public static Cell of(Object text) {
      return new Cell(String.valueOf(text), Tone.PLAIN);
    }

    int width() {
      return text.codePointCount(0, text.length());
    }
  }

  private final List<Column> columns;
  private final List<List<Cell>> rows = new ArrayList<>();

  public Table(Column... columns) {
    this.columns = List.of(columns);
  }

  /** Adds a row, a cell for each column. */
  public void add(Cell... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "cells: " + cells.length + " (expected: " + columns.size() + ")");
    }
    rows.add(List.of(cells));
  }

  /** The lines in which everything stands; 0 columns set no limit. */
  public List<String> lines(int terminalColumns, Style style) {
    int[] widths = widths();
    if (terminalColumns > 0) {
      shrink(widths, terminalColumns);
    }
    List<String> lines = new ArrayList<>();
    if (hasTitles()) {
      lines.add(
          line(
              columns.stream().map(column -> new Cell(column.title(), Tone.FAINT)).toList(),
              widths,
              style));
    }
    rows.forEach(row -> lines.add(line(row, widths, style)));
    return lines;
  }

  private boolean hasTitles() {
    return columns.stream().anyMatch(column -> !column.title().isEmpty());
  }

  private int[] widths() {
    int[] widths = columns.stream().mapToInt(column -> column.title().length()).toArray();
    for (List<Cell> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).width());
      }
    }
    return widths;
  }

  private void shrink(int[] widths, int terminalColumns) {
    int excess = Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1) - terminalColumns;
    while (excess > 0) {
      int widest = widestShrinking(widths);
      if (widest < 0) {
        return;
      }
      widths[widest]--;
      excess--;
    }
  }

  private int widestShrinking(int[] widths) {
    int widest = -1;
    for (int i = 0; i < widths.length; i++) {
      boolean mayShrink = columns.get(i).kind() == Kind.SHRINKING && widths[i] > NARROWEST;
      if (mayShrink && (widest < 0 || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    return widest;
  }

  private String line(List<Cell> cells, int[] widths, Style style) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      Cell cell = cells.get(i);
      String text = style.fit(cell.text(), widths[i]);
      String padding = " ".repeat(widths[i] - text.codePointCount(0, text.length()));
      String painted = style.paint(cell.tone(), text);
      boolean right = columns.get(i).kind() == Kind.RIGHT;
      boolean last = i == widths.length - 1;
      line.append(i == 0 ? "" : GAP).append(right ? padding : "").append(painted);
      line.append(right || last ? "" : padding);
    }
    return line.toString().stripTrailing();
  }
}
