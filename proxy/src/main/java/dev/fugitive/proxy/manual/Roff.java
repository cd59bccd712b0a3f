package dev.fugitive.proxy.manual;

/** Writes a page in the {@code man} macros of roff, as man(7) describes them. */
final class Roff {
  private final StringBuilder page = new StringBuilder();

  /** Begins the page. */
  Roff(String name, int section, String date, String version, String manual) {
    macro("TH", name, Integer.toString(section), date, version, manual);
    // neither hyphens that are not there, nor lines that are stretched
    page.append(".nh\n.ad l\n");
  }

  Roff section(String title) {
    macro("SH", title);
    return this;
  }

  Roff subsection(String title) {
    macro("SS", title);
    return this;
  }

  Roff paragraph(String text) {
    page.append(".PP\n");
    return text(text);
  }

  /** Words that follow what is there. */
  Roff text(String text) {
    text.strip().lines().forEach(line -> page.append(guarded(escape(line.strip()))).append('\n'));
    return this;
  }

  /** A term and what is to be said of it, hanging below. */
  Roff item(String boldTerm, String italicRest, String text) {
    page.append(".TP\n").append(bold(boldTerm));
    if (!italicRest.isEmpty()) {
      page.append(' ').append(italic(italicRest));
    }
    page.append('\n');
    return text.isBlank() ? text("\u00a0") : text(text);
  }

  /** A line whose parts are in roff already. */
  Roff raw(String line) {
    page.append(line).append('\n');
    return this;
  }

  /** Lines as they are, in a typewriter's letters. */
  Roff example(String lines) {
    page.append(".RS 4\n.nf\n");
    lines.lines().forEach(line -> page.append(guarded(escape(line))).append('\n'));
    page.append(".fi\n.RE\n");
    return this;
  }

  static String bold(String text) {
    return "\\fB" + escape(text) + "\\fR";
  }

  static String italic(String text) {
    return "\\fI" + escape(text) + "\\fR";
  }

  /** A backslash and a hyphen that is to be copied are written with a backslash. */
  static String escape(String text) {
    return text.replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("\u00a0", "\\ ")
        .replace("'", "\\(aq")
        .replace("`", "\\(ga");
  }

  /** A line that begins like a command of roff is none. */
  private static String guarded(String line) {
    return line.startsWith(".") ? "\\&" + line : line;
  }

  private void macro(String name, String... arguments) {
    page.append('.').append(name);
    for (String argument : arguments) {
      page.append(" \"").append(argument.replace("\"", "\\(dq")).append('"');
    }
    page.append('\n');
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
