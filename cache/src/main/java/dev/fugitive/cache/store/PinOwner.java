package dev.fugitive.cache.store;

/** Who pins a content: what one of them lets go stays as long as the other pins it. */
public enum PinOwner {
  USER(""),
  MIRROR(".mirror");

  /** Behind the content's name, in the name of its mark. */
  private final String suffix;

  PinOwner(String suffix) {
    this.suffix = suffix;
  }

  String suffix() {
    return suffix;
  }
}
