package dev.fugitive.proxy.text;

/**
 * What of the standard streams is a terminal.
 *
 * @param out whether standard output is one
 * @param err whether the standard error stream is one
 * @param columns how wide it is; 0 where that is not known
 */
public record Terminal(boolean out, boolean err, int columns) {
  private static final int USUAL_COLUMNS = 80;

  /** No stream is a terminal: a script reads what is written. */
  public static final Terminal NONE = new Terminal(false, false, 0);

  /** The width that lines on standard output must keep to; 0 where none is set. */
  public int outColumns() {
    return out ? known() : 0;
  }

  /** The width that lines on the standard error stream must keep to; 0 where none is set. */
  public int errColumns() {
    return err ? known() : 0;
  }

  private int known() {
    return columns > 0 ? columns : USUAL_COLUMNS;
  }
}
