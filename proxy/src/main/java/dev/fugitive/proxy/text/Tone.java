package dev.fugitive.proxy.text;

/** What a piece of text means to its reader, who sees it as a colour. */
public enum Tone {
  PLAIN(""),
  STRONG("1"),
  FAINT("2"),
  GOOD("32"),
  WARNING("33"),
  BAD("31"),
  NAME("36");

  private final String parameters;

  Tone(String parameters) {
    this.parameters = parameters;
  }

  /** The parameters of "select graphic rendition" (ECMA-48 section 8.3.117); empty for none. */
  String parameters() {
    return parameters;
  }
}
