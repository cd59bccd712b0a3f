package dev.fugitive.client.documents;

/** Whose requests a document's word counts for. */
public enum Hearing {
  /**
   * Everybody's on this machine: the document speaks for its own origin only, beneath its own place
   * there, and about plain data.
   */
  ANYBODY,
  /** Those that a page of the document's own origin makes for a script or a style sheet. */
  OWN_PAGES,
  /** Those of the very program that asked for the document by its media type. */
  SAME_PROGRAM
}
